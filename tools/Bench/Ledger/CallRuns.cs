using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using DataHub.Bench.Rpc;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Receipts;
using DataHub.Ledger.Writing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.Bench.Ledger;

/// <summary>Latencies of one run of unary calls, in microseconds.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="P99">One in a hundred took longer.</param>
internal readonly record struct Latency(double Median, double P99);

/// <summary>A unary call of 64 callers at a time, over gRPC in this process: as it is, and with a durable entry and a receipt in the answer.</summary>
internal sealed class CallRuns : IAsyncDisposable
{
    private const int Callers = 64;

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly int _calls;

    private CallRuns(WebApplication app, int calls)
    {
        (_app, _calls) = (app, calls);
        _channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public static async Task<CallRuns> StartAsync(LedgerDatabase database, int calls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(database.Ledger);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<ReceiptService>();
        await app.StartAsync();
        return new CallRuns(app, calls);
    }

    public Task<Latency> PlainAsync() => RunAsync(ledgered: false);

    public Task<Latency> LedgeredAsync() => RunAsync(ledgered: true);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task<Latency> RunAsync(bool ledgered)
    {
        var client = new Echo.EchoClient(_channel);
        var request = new EchoMessage { Payload = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(200)) };
        var headers = ledgered ? new Metadata { { ReceiptService.Ledgered, "1" } } : [];
        var (next, took) = (-1, new double[_calls]);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < _calls; i = Interlocked.Increment(ref next))
            {
                var start = Stopwatch.GetTimestamp();
                await client.SayAsync(request, headers);
                took[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        })));
        Array.Sort(took);
        return new Latency(took[_calls / 2], took[_calls * 99 / 100]);
    }

    /// <summary>Answers with what it was sent; if asked to, with a receipt behind it.</summary>
    internal sealed class ReceiptService(LedgerWriter ledger) : Echo.EchoBase
    {
        public const string Ledgered = "ledgered";

        private static long _number;

        public override async Task<EchoMessage> Say(EchoMessage request, ServerCallContext context)
        {
            if (context.RequestHeaders.GetValue(Ledgered) is null)
            {
                return request;
            }

            var (salt, content) = (RandomNumberGenerator.GetBytes(Commitment.SaltBytes), request.Payload.Memory);
            var entry = EntryRuns.Entry(Interlocked.Increment(ref _number)) with { Commitment = Commitment.Of(salt, content.Span, content.Span) };
            var ticket = await ledger.RecordAsync(entry, context.CancellationToken);
            var receipt = new Receipt(EntryBytes.Of(entry), salt, ticket.Leaf.ToBytes(), ticket.Ordinal, ticket.Path, ticket.Signature, ticket.Certificates);
            return new EchoMessage { Payload = ByteString.CopyFrom([.. content.Span, .. receipt.ToBytes()]) };
        }
    }
}
