// The interoperability test service on @grpc/grpc-js, for our own client. Prints its port; ends with its standard input.
// node server.js <folder with grpc/testing/*.proto> [<file with certificate and key>]
'use strict';

const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, pem] = process.argv.slice(2);
const definition = loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true, defaults: true });
const { testing } = grpc.loadPackageDefinition(definition).grpc;

const payload = (size) => ({ payload: { body: Buffer.alloc(size) } });
const wantedStatus = ({ response_status: status }) => (status ? { code: status.code, details: status.message } : null);

// Echoes headers now, and returns the trailers to echo.
const echo = (call) => {
  const headers = new grpc.Metadata();
  call.metadata.get('x-grpc-test-echo-initial').forEach((value) => headers.set('x-grpc-test-echo-initial', value));
  call.sendMetadata(headers);
  const trailers = new grpc.Metadata();
  call.metadata.get('x-grpc-test-echo-trailing-bin').forEach((value) => trailers.set('x-grpc-test-echo-trailing-bin', value));
  return trailers;
};

const server = new grpc.Server();
server.addService(testing.TestService.service, {
  EmptyCall: (call, respond) => respond(null, {}),
  UnaryCall: (call, respond) => {
    const status = wantedStatus(call.request);
    if (status) respond(status);
    else respond(null, payload(call.request.response_size), echo(call));
  },
  StreamingInputCall: (call, respond) => {
    let size = 0;
    call.on('data', (request) => { size += request.payload.body.length; });
    call.on('end', () => respond(null, { aggregated_payload_size: size }));
  },
  StreamingOutputCall: (call) => {
    call.request.response_parameters.forEach(({ size }) => call.write(payload(size)));
    call.end();
  },
  FullDuplexCall: (call) => {
    const trailers = echo(call);
    call.on('data', (request) => {
      const status = wantedStatus(request);
      if (status) call.emit('error', status);
      else request.response_parameters.forEach(({ size }) => call.write(payload(size)));
    });
    call.on('end', () => call.end(trailers));
  },
});

const credentials = pem
  ? grpc.ServerCredentials.createSsl(null, [{ cert_chain: fs.readFileSync(pem), private_key: fs.readFileSync(pem) }])
  : grpc.ServerCredentials.createInsecure();
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.on('end', () => process.exit(0)).resume();
