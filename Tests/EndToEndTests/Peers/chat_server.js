// A chat on Debian's node-ws: node chat_server.js. Whoever joins is told to all, and so is what anybody says; each
// member has an identifier that nobody had before.
'use strict';
const crypto = require('crypto');
const WebSocket = require('ws');

const server = new WebSocket.Server({host: '127.0.0.1', port: 0});
const rooms = new Map();

const tell = (room, event) => {
  for (const member of rooms.get(room)) member.connection.send(JSON.stringify({...event, at: new Date()}));
};

server.on('connection', (connection, request) => {
  const room = request.url;
  if (!rooms.has(room)) rooms.set(room, new Set());
  const member = {connection, id: crypto.randomUUID()};
  connection.on('error', () => {});
  connection.on('message', data => {
    const message = JSON.parse(data);
    if (message.type === 'join') {
      member.name = message.name;
      connection.send(JSON.stringify({type: 'you', id: member.id, others: [...rooms.get(room)].map(one => one.name)}));
      rooms.get(room).add(member);
      tell(room, {type: 'joined', id: member.id, name: member.name});
    } else if (message.type === 'say' && message.id === member.id) {
      tell(room, {type: 'said', from: member.name, text: message.text});
    } else {
      connection.close(4400, 'what is this?');
    }
  });
  connection.on('close', () => {
    if (rooms.get(room).delete(member)) tell(room, {type: 'left', id: member.id, name: member.name});
  });
});
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
