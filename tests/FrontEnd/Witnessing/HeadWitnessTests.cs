using System.Net;
using DataHub.FrontEnd.Witnessing;
using DataHub.Kernel;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.FrontEnd.Tests.Witnessing;

public sealed class HeadWitnessTests : IAsyncLifetime
{
    private readonly Ledger _ledger = new();
    private readonly Support.TempFolder _folder = new();
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string HeadsFile => _folder.PathOf("police-fep-1.heads");

    private string RootFile => _folder.PathOf("licence-root.crt");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(_ledger);
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<ScriptedAudit>();
        await _app.StartAsync(Token);
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Witness_LedgerThatGrows_KeepsTheNewestHeadAcrossRestarts()
    {
        foreach (var size in (int[])[1, 5, 5, 64, 100])
        {
            _ledger.GrowTo(size);
            await WitnessAsync();
            Assert.Equal(size, Open().Size);
        }
    }

    [Fact]
    public async Task Witness_HubWithoutAnyHead_IsNoFaultUntilOneWasSeen()
    {
        _ledger.IsEmpty = true;
        await WitnessAsync();
        Assert.False(File.Exists(HeadsFile));

        _ledger.IsEmpty = false;
        _ledger.GrowTo(3);
        await WitnessAsync();
        _ledger.IsEmpty = true;
        await RefusedAsync("LEDGER_REWRITTEN");
    }

    [Fact]
    public async Task Witness_HistoryRewritten_IsRefusedWithBothHeadsAsEvidence()
    {
        _ledger.GrowTo(40);
        await WitnessAsync();
        _ledger.Rewrite(7);
        _ledger.GrowTo(60);
        await RefusedAsync("LEDGER_REWRITTEN");

        var evidence = HeadFile.Read(File.ReadAllText($"{HeadsFile}.evidence"));
        Assert.Equal([40L, 60L], evidence.Select(head => TreeHead.Parse(head.Text.Span).Size));
        Assert.Equal(40, Open().Size);
    }

    [Fact]
    public async Task Witness_HistorySetBack_IsRefused()
    {
        _ledger.GrowTo(40);
        await WitnessAsync();
        _ledger.GrowTo(30);
        await RefusedAsync("LEDGER_REWRITTEN");
        Assert.Equal(40, Open().Size);
    }

    [Fact]
    public async Task Witness_HeadOfAnotherRoot_IsRefusedAndNothingIsKept()
    {
        _ledger.GrowTo(4);
        await WitnessAsync();
        _ledger.IsStrangers = true;
        _ledger.GrowTo(8);
        await RefusedAsync("LEDGER_HEAD");
        Assert.Equal(4, Open().Size);
    }

    [Fact]
    public async Task Witness_RootPutThereBefore_IsTheOnlyOneTrusted()
    {
        File.WriteAllText(RootFile, System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", Signers.Roots[0].Span));
        _ledger.IsStrangers = true;
        _ledger.GrowTo(4);
        await RefusedAsync("LEDGER_HEAD");
        Assert.False(File.Exists(HeadsFile));
    }

    private HeadWitness Open() => new(HeadsFile, RootFile);

    private Task WitnessAsync() => Open().WitnessAsync(new AuditService.AuditServiceClient(_channel), Token);

    private async Task RefusedAsync(string code) => Assert.Equal(code, (await Assert.ThrowsAsync<FaultException>(WitnessAsync)).Code);

    /// <summary>A ledger whose owner may do with it what it likes.</summary>
    private sealed class Ledger
    {
        private readonly List<byte[]> _leaves = [];

        public bool IsEmpty { get; set; }

        public bool IsStrangers { get; set; }

        public void GrowTo(int size)
        {
            _leaves.RemoveRange(Math.Min(size, _leaves.Count), Math.Max(0, _leaves.Count - size));
            while (_leaves.Count < size)
            {
                _leaves.Add(Merkle.HashLeaf([(byte)_leaves.Count, (byte)(_leaves.Count >> 8)]));
            }
        }

        public void Rewrite(int index) => _leaves[index] = Merkle.HashLeaf("another act"u8);

        public async Task<GetHeadReply> HeadAsync(long? oldSize)
        {
            if (IsEmpty || oldSize > _leaves.Count)
            {
                throw new RpcException(new Status(StatusCode.NotFound, "The ledger has no head of that size."));
            }

            var at = Signers.Start.AddSeconds(_leaves.Count);
            var head = SignedHead.Sign(new TreeHead(new HubName("town"), _leaves.Count, Root(0, _leaves.Count), at, TreeHead.NoHead), IsStrangers ? Signers.Stranger : Signers.Hub);
            var proof = oldSize is { } old ? await ConsistencyProof.ComputeAsync(old, _leaves.Count, (node, _) => new(Root((int)(node.Index << node.Level), 1 << node.Level)), Token) : [];
            return new GetHeadReply
            {
                Head = new LedgerHead
                {
                    Text = ByteString.CopyFrom(head.Text.Span),
                    Signature = ByteString.CopyFrom(head.Signature.Span),
                    Certificates = { head.Certificates.Select(certificate => ByteString.CopyFrom(certificate.Span)) },
                },
                Consistency = { proof.Select(hash => ByteString.CopyFrom(hash.Span)) },
            };
        }

        private ReadOnlyMemory<byte> Root(int from, int count) => new MerkleTree(_leaves.GetRange(from, count).Select(hash => (ReadOnlyMemory<byte>)hash)).Root;
    }

    private sealed class ScriptedAudit(Ledger ledger) : AuditService.AuditServiceBase
    {
        public override Task<GetHeadReply> GetHead(GetHeadRequest request, ServerCallContext context) => ledger.HeadAsync(request.HasOldSize ? request.OldSize : null);
    }
}
