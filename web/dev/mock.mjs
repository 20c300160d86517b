// A stand-in for the server: serves dist/ with a strict Content-Security-Policy, and the websocket
// with made-up data. `node dev/mock.mjs [--port 8480] [--peers 60] [--nodes 2] [--messages 10000] [--calm]`.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { eventsOf } from './events.mjs';
import { World } from './world.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function servePeer(world, path, response) {
  const [, node, id] = /^\/api\/v1\/peers\/([^/]+)\/(\d+)$/.exec(path) ?? [];
  const reply = world.peer(node, Number(id));
  response.writeHead(reply ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(reply ?? { error: 'no such peer' }));
}

async function serve(world, request, response) {
  const { pathname: path, searchParams } = new URL(request.url, 'http://mock');
  const [, what] = /^\/api\/v1\/(vitals|history|chain|log)$/.exec(path) ?? [];
  if (what) return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(world.inside(what, searchParams.get('node'))));
  if (path === '/api/v1/fleet') return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(world.fleet.reply()));
  if (path.startsWith('/api/')) return servePeer(world, path, response);
  const file = path === '/' ? '/index.html' : path;
  try {
    // URL has resolved every `..`, so the path stays below dist/.
    const body = await readFile(DIST + file);
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': CSP, 'x-content-type-options': 'nosniff' });
    response.end(body);
  } catch {
    response.writeHead(404).end('not found');
  }
}

/** Starts the mock. `stalled`, `refusing` and `locked` of the answer can be set, to see what the page makes of it. */
export async function startMock({ port = 0, world = new World() } = {}) {
  const mock = { stalled: false, refusing: false, locked: false, url: '', drop: () => {}, close: () => {} };
  const server = createServer((request, response) => (mock.locked ? response.writeHead(401).end() : serve(world, request, response)));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  server.on('upgrade', (request, socket, head) => {
    if (mock.refusing || mock.locked || request.url !== '/api/v1/events') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.send(JSON.stringify({ hello: { version: '0.1.0' } }));
      client.once('message', () => mock.stalled || client.send(JSON.stringify({ snapshot: world.snapshot() })));
      client.on('message', (text) => {
        client.wants = JSON.parse(text);
        if (client.wants.id !== undefined) client.send(JSON.stringify({ asked: client.wants.id }));
      });
    });
  });
  const timer = setInterval(() => {
    world.step(1);
    if (mock.stalled) return;
    const frame = JSON.stringify({ snapshot: world.snapshot() });
    for (const client of sockets.clients) client.send(frame);
  }, 1000);
  // As the server does it: ten times a second a sample, and how much it left out.
  const events = setInterval(() => {
    for (const client of sockets.clients) {
      if (!client.wants?.events || mock.stalled) continue;
      const { sent, leftOut } = eventsOf(world, client.wants, 0.1);
      if (sent.length > 0) client.send(JSON.stringify({ events: sent }));
      if (leftOut.limit + leftOut.filter > 0) client.send(JSON.stringify({ left_out: leftOut }));
    }
  }, 100);
  mock.drop = () => sockets.clients.forEach((client) => client.terminate());
  mock.close = () => {
    clearInterval(timer);
    clearInterval(events);
    mock.drop();
    server.close();
  };
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  mock.url = `http://127.0.0.1:${server.address().port}`;
  return mock;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8480' }, peers: { type: 'string', default: '60' }, nodes: { type: 'string', default: '2' }, messages: { type: 'string' }, calm: { type: 'boolean', default: false } },
  });
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'].slice(0, Number(values.nodes));
  const mock = await startMock({ port: Number(values.port), world: new World({ nodes: names, peers: Number(values.peers), lossy: !values.calm, ...(values.messages && { messages: Number(values.messages) }) }) });
  console.log(`mock at ${mock.url}`);
}
