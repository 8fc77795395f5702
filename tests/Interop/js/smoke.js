// Calls the service of the interop tests as a foreign client would and prints what it got as one JSON object.
// node smoke.js <proto file> <host:port> [<file with the server's certificate>]
'use strict';

const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [proto, address, certificate] = process.argv.slice(2);
const { datahub } = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, defaults: true }));
const credentials = certificate
  ? grpc.credentials.createSsl(fs.readFileSync(certificate))
  : grpc.credentials.createInsecure();
const client = new datahub.probe.Probe(address, credentials);

const failure = (error) => ({
  code: error.code,
  details: error.details,
  statusDetails: error.metadata.get('grpc-status-details-bin').map((bytes) => bytes.toString('base64'))[0],
});

const unary = (request, metadata = new grpc.Metadata(), options = {}) =>
  new Promise((resolve) => {
    const seen = {};
    const call = client.Echo(request, metadata, options, (error, reply) => {
      seen.reply = reply && { ...reply, body: reply.body.toString('base64') };
      seen.failure = error && failure(error);
    });
    call.on('metadata', (headers) => { seen.headers = headers.get('head'); });
    call.on('status', (status) => {
      seen.trailers = { text: status.metadata.get('tail'), bytes: status.metadata.get('tail-bin').map((b) => b.toString('hex')) };
      resolve(seen);
    });
  });

const clientStream = (texts) =>
  new Promise((resolve, reject) => {
    const call = client.Collect((error, reply) => (error ? reject(error) : resolve(reply.text)));
    texts.forEach((text) => call.write({ text }));
    call.end();
  });

const serverStream = (number) =>
  new Promise((resolve, reject) => {
    const numbers = [];
    client.Count({ number }).on('data', (note) => numbers.push(note.number)).on('error', reject).on('end', () => resolve(numbers));
  });

const duplex = (rounds) =>
  new Promise((resolve, reject) => {
    let received = 0;
    const call = client.Chat();
    call.on('data', (note) => {
      if (note.number !== received) reject(new Error(`message ${note.number} came as ${received}`));
      received += 1;
      if (received < rounds) call.write({ number: received });
      else call.end();
    });
    call.on('error', reject).on('end', () => resolve(received));
    call.write({ number: 0 });
  });

const cancelled = () =>
  new Promise((resolve) => {
    const call = client.Chat();
    call.on('data', () => call.cancel()).on('error', (error) => resolve(error.code));
    call.write({ text: 'hold until cancelled' });
  });

const metadata = () => {
  const sent = new grpc.Metadata();
  sent.add('case', '2026-17');
  sent.add('case', '2026-18');
  sent.add('digest-bin', Buffer.from([0, 1, 254, 255]));
  return sent;
};

async function main() {
  const results = {
    unary: await unary({ text: '户籍', body: Buffer.alloc(100_000, 7), number: 42 }),
    clientStream: await clientStream(['a', 'b', 'c']),
    serverStream: await serverStream(5),
    duplex: await duplex(500),
    metadata: await unary({ text: 'metadata' }, metadata()),
    error: await unary({ text: 'fail' }),
    deadline: await unary({ text: 'sleep' }, new grpc.Metadata(), { deadline: Date.now() + 300 }),
    cancelled: await cancelled(),
    unimplemented: await new Promise((resolve) => {
      new datahub.probe.Absent(address, credentials).Echo({}, (error) => resolve(failure(error)));
    }),
  };
  client.close();
  process.stdout.write(JSON.stringify(results));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
