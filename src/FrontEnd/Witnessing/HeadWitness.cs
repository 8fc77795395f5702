using System.Security.Cryptography;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Proofs;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.FrontEnd.Witnessing;

/// <summary>
/// Makes a department a witness of the hub's ledger: keeps the newest head it has seen in a file of its own, out of reach of whoever runs the hub's database, and takes a newer one only with the proof that it
/// grew out of that. The file is one that an audit reads (<see cref="HeadFile"/>).
/// </summary>
/// <param name="file">Where the newest head is kept.</param>
/// <param name="rootFile">
/// PEM file with the hub's licence root, under which heads are signed. Where it is missing it is taken from the first head, over a connection whose server was checked; put it there before to trust nothing unseen.
/// </param>
public sealed class HeadWitness(string file, string rootFile)
{
    private const string CertificateLabel = "CERTIFICATE";

    private SignedHead? _last;
    private bool _isRead;

    /// <summary>Size of the newest head kept; 0 = none yet.</summary>
    public long Size => Last() is { } last ? TreeHead.Parse(last.Text.Span).Size : 0;

    /// <summary>Asks for the newest head and keeps it. A hub without any act has none yet, which is no fault as long as none was seen.</summary>
    /// <param name="client">The hub's audit service.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">
    /// <c>LEDGER_REWRITTEN</c>: the hub's ledger is not the continuation of the one seen here, both heads are in the file's <c>.evidence</c>; <c>LEDGER_HEAD</c>: the head is not signed by this hub's ledger.
    /// </exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="RpcException">The hub is away or refuses.</exception>
    public async Task WitnessAsync(AuditService.AuditServiceClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var last = Last();
        var request = new GetHeadRequest();
        if (last is not null)
        {
            request.OldSize = TreeHead.Parse(last.Text.Span).Size;
        }

        if (await AskAsync(client, request, last, cancellationToken) is not { } reply)
        {
            return;
        }

        var head = new SignedHead(reply.Head.Text.Memory, reply.Head.Signature.Memory, [.. reply.Head.Certificates.Select(certificate => certificate.Memory)]);
        var verdict = new HeadVerifier(Roots(head)).Verify(head);
        if (!verdict.IsValid)
        {
            throw new FaultException(FaultKind.Denied, "LEDGER_HEAD", $"The head of the hub's ledger does not hold ({verdict.Outcome}); compare {rootFile} with the root the hub's operator names.");
        }

        if (last is not null && !Continues(TreeHead.Parse(last.Text.Span), verdict.Head!, [.. reply.Consistency.Select(hash => hash.Memory)]))
        {
            Replace($"{file}.evidence", HeadFile.Write(last) + HeadFile.Write(head));
            throw Rewritten(inner: null);
        }

        Keep(head);
    }

    // NOT_FOUND: the hub has no head of the size seen, or none at all.
    private async Task<GetHeadReply?> AskAsync(AuditService.AuditServiceClient client, GetHeadRequest request, SignedHead? last, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetHeadAsync(request, cancellationToken: cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            if (last is null)
            {
                return null;
            }

            Replace($"{file}.evidence", HeadFile.Write(last));
            throw Rewritten(e);
        }
    }

    private static bool Continues(TreeHead before, TreeHead now, IReadOnlyList<ReadOnlyMemory<byte>> proof) =>
        before.Hub == now.Hub && now.At >= before.At && ConsistencyProof.Verify(before.Size, before.Root.Span, now.Size, now.Root.Span, proof);

    private FaultException Rewritten(Exception? inner) => new(
        FaultKind.WrongState,
        "LEDGER_REWRITTEN",
        $"The hub's ledger is not the continuation of the one seen here before; nothing is sent to it. Tell its auditor, and keep {file} and {file}.evidence.",
        inner);

    private SignedHead? Last()
    {
        if (!_isRead)
        {
            _last = File.Exists(file) ? HeadFile.Read(File.ReadAllText(file))[^1] : null;
            _isRead = true;
        }

        return _last;
    }

    private List<ReadOnlyMemory<byte>> Roots(SignedHead head)
    {
        if (!File.Exists(rootFile) && head.Certificates.Count > 0)
        {
            Replace(rootFile, PemEncoding.WriteString(CertificateLabel, head.Certificates[^1].Span) + "\n");
        }

        return ReadRoots();
    }

    private List<ReadOnlyMemory<byte>> ReadRoots()
    {
        var roots = new List<ReadOnlyMemory<byte>>();
        var text = (File.Exists(rootFile) ? File.ReadAllText(rootFile) : "").AsSpan();
        while (PemEncoding.TryFind(text, out var found))
        {
            roots.Add(Convert.FromBase64String(text[found.Base64Data].ToString()));
            text = text[found.Location.End..];
        }

        return roots;
    }

    private void Keep(SignedHead head)
    {
        Replace(file, HeadFile.Write(head));
        _last = head;
    }

    private static void Replace(string path, string text)
    {
        var part = $"{path}.{Guid.NewGuid():n}.part";
        File.WriteAllText(part, text);
        File.Move(part, path, overwrite: true);
    }
}
