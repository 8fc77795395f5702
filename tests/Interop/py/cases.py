"""The interoperability cases as a client of grpcio runs them (doc/interop-test-descriptions.md of the gRPC project).

python3 cases.py <file with the FileDescriptorSet of test.proto> <case> <host:port> [<file with the authority's certificate>]
"""

import queue
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ASKED = [31415, 9, 2653, 58979]
SENT = [27182, 8, 1828, 45904]
INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
WHITESPACE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"


class Types:
    """The messages, made from their descriptors."""

    def __init__(self, path):
        pool = descriptor_pool.DescriptorPool()
        with open(path, "rb") as file:
            for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
                pool.Add(proto)
        self._pool = pool
        self._factory = message_factory.MessageFactory(pool)

    def __getattr__(self, name):
        return self._factory.GetPrototype(self._pool.FindMessageTypeByName("grpc.testing." + name))


class Cases:
    def __init__(self, types, channel):
        self.types = types
        self.channel = channel

    def call(self, kind, method, request, response, service="TestService"):
        return getattr(self.channel, kind)(
            f"/grpc.testing.{service}/{method}",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )

    def empty(self, method, service="TestService"):
        return self.call("unary_unary", method, self.types.Empty, self.types.Empty, service)

    def unary(self):
        return self.call("unary_unary", "UnaryCall", self.types.SimpleRequest, self.types.SimpleResponse)

    def duplex(self):
        return self.call("stream_stream", "FullDuplexCall", self.types.StreamingOutputCallRequest, self.types.StreamingOutputCallResponse)

    def upload(self):
        return self.call("stream_unary", "StreamingInputCall", self.types.StreamingInputCallRequest, self.types.StreamingInputCallResponse)

    def zeros(self, size):
        return self.types.Payload(body=bytes(size))

    def large(self):
        return self.types.SimpleRequest(response_size=314159, payload=self.zeros(271828))

    def output(self, size, sent):
        parameters = [self.types.ResponseParameters(size=size)] if size is not None else []
        return self.types.StreamingOutputCallRequest(response_parameters=parameters, payload=self.zeros(sent))

    def empty_unary(self):
        assert self.empty("EmptyCall")(self.types.Empty()) == self.types.Empty()

    def large_unary(self):
        assert self.unary()(self.large()).payload.body == bytes(314159)

    def client_streaming(self):
        requests = (self.types.StreamingInputCallRequest(payload=self.zeros(size)) for size in SENT)
        assert self.upload()(requests).aggregated_payload_size == 74922

    def server_streaming(self):
        request = self.types.StreamingOutputCallRequest(response_parameters=[self.types.ResponseParameters(size=size) for size in ASKED])
        stub = self.call("unary_stream", "StreamingOutputCall", self.types.StreamingOutputCallRequest, self.types.StreamingOutputCallResponse)
        assert [len(reply.payload.body) for reply in stub(request)] == ASKED

    def ping_pong(self):
        requests = queue.SimpleQueue()
        replies = self.duplex()(iter(requests.get, None))
        for asked, sent in zip(ASKED, SENT):
            requests.put(self.output(asked, sent))
            assert len(next(replies).payload.body) == asked
        requests.put(None)
        assert list(replies) == []

    def empty_stream(self):
        assert list(self.duplex()(iter([]))) == []

    def cancel_after_begin(self):
        requests = queue.SimpleQueue()
        call = self.upload().future(iter(requests.get, None))
        call.cancel()
        requests.put(None)
        assert call.cancelled() and call.code() == grpc.StatusCode.CANCELLED

    def cancel_after_first_response(self):
        requests = queue.SimpleQueue()
        requests.put(self.output(31415, 27182))
        call = self.duplex()(iter(requests.get, None))
        assert len(next(call).payload.body) == 31415
        call.cancel()
        requests.put(None)
        assert fails(lambda: next(call)).code() == grpc.StatusCode.CANCELLED

    def timeout_on_sleeping_server(self):
        requests = queue.SimpleQueue()
        requests.put(self.output(None, 27182))
        call = self.duplex()(iter(requests.get, None), timeout=0.001)
        assert fails(lambda: next(call)).code() == grpc.StatusCode.DEADLINE_EXCEEDED
        requests.put(None)

    def custom_metadata(self):
        _, unary = self.unary().with_call(self.large(), metadata=[INITIAL, TRAILING])
        duplex = self.duplex()(iter([self.output(314159, 271828)]), metadata=[INITIAL, TRAILING])
        assert [len(reply.payload.body) for reply in duplex] == [314159]
        for call in (unary, duplex):
            assert INITIAL in [tuple(entry) for entry in call.initial_metadata()]
            assert TRAILING in [tuple(entry) for entry in call.trailing_metadata()]

    def status_code_and_message(self):
        status = self.types.EchoStatus(code=2, message="test status message")
        assert_unknown(fails(lambda: self.unary()(self.types.SimpleRequest(response_status=status))), "test status message")
        request = self.types.StreamingOutputCallRequest(response_status=status)
        assert_unknown(fails(lambda: list(self.duplex()(iter([request])))), "test status message")

    def special_status_message(self):
        status = self.types.EchoStatus(code=2, message=WHITESPACE)
        assert_unknown(fails(lambda: self.unary()(self.types.SimpleRequest(response_status=status))), WHITESPACE)

    def unimplemented_service(self):
        stub = self.empty("UnimplementedCall", service="UnimplementedService")
        assert fails(lambda: stub(self.types.Empty())).code() == grpc.StatusCode.UNIMPLEMENTED

    def unimplemented_method(self):
        assert fails(lambda: self.empty("UnimplementedMethod")(self.types.Empty())).code() == grpc.StatusCode.UNIMPLEMENTED


def fails(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call succeeded")


def assert_unknown(error, details):
    assert error.code() == grpc.StatusCode.UNKNOWN, error.code()
    assert error.details() == details, error.details()


def main():
    descriptors, case, address, *authority = sys.argv[1:]
    if authority:
        with open(authority[0], "rb") as file:
            channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()))
    else:
        channel = grpc.insecure_channel(address)
    with channel:
        getattr(Cases(Types(descriptors), channel), case)()


main()
