// A client on Debian's node-ws: node echo_client.js URL [--ca FILE] MESSAGE...
// Sends the messages, prints as many answers and closes. Without a message it echoes what comes.
'use strict';
const fs = require('fs');
const WebSocket = require('ws');

const words = process.argv.slice(2);
const url = words.shift();
const options = {maxPayload: 256 << 20};
if (words[0] === '--ca') {
  options.ca = fs.readFileSync(words[1]);
  words.splice(0, 2);
}
const connection = new WebSocket(url, options);
let missing = words.length;
connection.on('open', () => words.forEach(word => connection.send(word)));
connection.on('message', (data, binary) => {
  if (!words.length) {
    connection.send(data, {binary});
    return;
  }
  console.log(data.toString());
  if (--missing === 0) connection.close(1000);
});
connection.on('error', error => {
  console.error(error.message);
  process.exitCode = 1;
});
connection.on('close', () => {
  if (missing) process.exitCode = 1;
});
