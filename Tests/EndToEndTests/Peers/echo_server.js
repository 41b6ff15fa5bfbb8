// An echo server on Debian's node-ws: node echo_server.js [--unix PATH] [--tls CERTIFICATE KEY] [--delay MILLISECONDS]
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const WebSocket = require('ws');

const options = {tls: [], delay: 0};
for (let words = process.argv.slice(2); words.length;) {
  const word = words.shift();
  if (word === '--unix') options.unix = words.shift();
  else if (word === '--tls') options.tls = words.splice(0, 2);
  else if (word === '--delay') options.delay = Number(words.shift());
  else throw new Error(`unknown option ${word}`);
}
const secure = options.tls.length === 2;
const carrier = secure
  ? https.createServer({cert: fs.readFileSync(options.tls[0]), key: fs.readFileSync(options.tls[1])})
  : http.createServer();
const server = new WebSocket.Server({server: carrier, perMessageDeflate: true, maxPayload: 256 << 20});
server.on('connection', connection => {
  const answer = (data, binary) => connection.send(data, {binary});
  connection.on('error', () => {});
  connection.on('message', (data, binary) => {
    if (options.delay) setTimeout(answer, options.delay, data, binary);
    else answer(data, binary);
  });
});
const listening = () => {
  const address = carrier.address();
  const url = options.unix ? `ws+unix:${options.unix}` : `${secure ? 'wss' : 'ws'}://127.0.0.1:${address.port}/`;
  console.log(`listening on ${url}`);
};
if (options.unix) carrier.listen(options.unix, listening);
else carrier.listen(0, '127.0.0.1', listening);
