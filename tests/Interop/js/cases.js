// The interoperability cases as a client of @grpc/grpc-js runs them (doc/interop-test-descriptions.md of the gRPC project).
// node cases.js <folder with grpc/testing/*.proto> <case> <host:port> [<file with the authority's certificate>]
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, name, address, authority] = process.argv.slice(2);
const definition = loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true, defaults: true });
const { testing } = grpc.loadPackageDefinition(definition).grpc;
const credentials = authority ? grpc.credentials.createSsl(fs.readFileSync(authority)) : grpc.credentials.createInsecure();
const client = new testing.TestService(address, credentials);

const zeros = (size) => ({ body: Buffer.alloc(size) });
const largeRequest = { response_size: 314159, payload: zeros(271828) };
const initialKey = 'x-grpc-test-echo-initial';
const trailingKey = 'x-grpc-test-echo-trailing-bin';

const echoMetadata = () => {
  const metadata = new grpc.Metadata();
  metadata.set(initialKey, 'test_initial_metadata_value');
  metadata.set(trailingKey, Buffer.from([0xab, 0xab, 0xab]));
  return metadata;
};

const unary = (method, request, metadata = new grpc.Metadata(), from = client) =>
  new Promise((resolve) => {
    const seen = {};
    const call = from[method](request, metadata, (error, reply) => Object.assign(seen, { error, reply }));
    call.on('metadata', (headers) => { seen.headers = headers; });
    call.on('status', (status) => resolve({ ...seen, status }));
  });

// Everything that comes back on a stream, to its status.
const collect = (call, onData = () => {}) =>
  new Promise((resolve) => {
    const seen = { replies: [] };
    call.on('metadata', (headers) => { seen.headers = headers; });
    call.on('data', (reply) => { seen.replies.push(reply); onData(seen.replies.length); });
    call.on('error', () => {});
    call.on('status', (status) => resolve({ ...seen, status }));
  });

const sizes = (replies) => replies.map((reply) => reply.payload.body.length);

const assertEchoed = ({ headers, status }) => {
  assert.deepEqual(headers.get(initialKey), ['test_initial_metadata_value']);
  assert.deepEqual(status.metadata.get(trailingKey), [Buffer.from([0xab, 0xab, 0xab])]);
};

const assertStatus = (status, code, details) => {
  assert.equal(status.code, code);
  if (details !== undefined) assert.equal(status.details, details);
};

const asked = [31415, 9, 2653, 58979];
const sent = [27182, 8, 1828, 45904];
const whitespace = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';

const cases = {
  async empty_unary() {
    const { status, reply } = await unary('EmptyCall', {});
    assertStatus(status, grpc.status.OK);
    assert.deepEqual(reply, {});
  },
  async large_unary() {
    const { status, reply } = await unary('UnaryCall', largeRequest);
    assertStatus(status, grpc.status.OK);
    assert.deepEqual(reply.payload.body, Buffer.alloc(314159));
  },
  async client_streaming() {
    const reply = await new Promise((resolve, reject) => {
      const call = client.StreamingInputCall((error, value) => (error ? reject(error) : resolve(value)));
      sent.forEach((size) => call.write({ payload: zeros(size) }));
      call.end();
    });
    assert.equal(reply.aggregated_payload_size, 74922);
  },
  async server_streaming() {
    const { status, replies } = await collect(client.StreamingOutputCall({ response_parameters: asked.map((size) => ({ size })) }));
    assertStatus(status, grpc.status.OK);
    assert.deepEqual(sizes(replies), asked);
  },
  async ping_pong() {
    const call = client.FullDuplexCall();
    const send = (i) => call.write({ response_parameters: [{ size: asked[i] }], payload: zeros(sent[i]) });
    const ended = collect(call, (received) => (received < asked.length ? send(received) : call.end()));
    send(0);
    const { status, replies } = await ended;
    assertStatus(status, grpc.status.OK);
    assert.deepEqual(sizes(replies), asked);
  },
  async empty_stream() {
    const call = client.FullDuplexCall();
    call.end();
    const { status, replies } = await collect(call);
    assertStatus(status, grpc.status.OK);
    assert.equal(replies.length, 0);
  },
  async cancel_after_begin() {
    const status = await new Promise((resolve) => {
      const call = client.StreamingInputCall(() => {});
      call.on('status', resolve);
      call.cancel();
    });
    assertStatus(status, grpc.status.CANCELLED);
  },
  async cancel_after_first_response() {
    const call = client.FullDuplexCall();
    const ended = collect(call, () => call.cancel());
    call.write({ response_parameters: [{ size: 31415 }], payload: zeros(27182) });
    assertStatus((await ended).status, grpc.status.CANCELLED);
  },
  async timeout_on_sleeping_server() {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const ended = collect(call);
    call.write({ payload: zeros(27182) });
    assertStatus((await ended).status, grpc.status.DEADLINE_EXCEEDED);
  },
  async custom_metadata() {
    assertEchoed(await unary('UnaryCall', largeRequest, echoMetadata()));
    const call = client.FullDuplexCall(echoMetadata());
    call.write({ response_parameters: [{ size: 314159 }], payload: zeros(271828) });
    call.end();
    const seen = await collect(call);
    assertStatus(seen.status, grpc.status.OK);
    assertEchoed(seen);
  },
  async status_code_and_message() {
    const request = { response_status: { code: 2, message: 'test status message' } };
    assertStatus((await unary('UnaryCall', request)).status, grpc.status.UNKNOWN, 'test status message');
    const call = client.FullDuplexCall();
    call.write(request);
    call.end();
    assertStatus((await collect(call)).status, grpc.status.UNKNOWN, 'test status message');
  },
  async special_status_message() {
    const { status } = await unary('UnaryCall', { response_status: { code: 2, message: whitespace } });
    assertStatus(status, grpc.status.UNKNOWN, whitespace);
  },
  async unimplemented_service() {
    const absent = new testing.UnimplementedService(address, credentials);
    assertStatus((await unary('UnimplementedCall', {}, undefined, absent)).status, grpc.status.UNIMPLEMENTED);
    absent.close();
  },
  async unimplemented_method() {
    assertStatus((await unary('UnimplementedMethod', {})).status, grpc.status.UNIMPLEMENTED);
  },
};

cases[name]().finally(() => client.close()).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
