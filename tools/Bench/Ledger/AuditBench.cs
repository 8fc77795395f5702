using System.Diagnostics;
using System.Globalization;
using DataHub.Crypto.Certificates;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Export;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Tree;

namespace DataHub.Bench.Ledger;

/// <summary>What re-verifying a ledger of a size takes, and how large its proofs are.</summary>
/// <param name="Leaves">Size.</param>
/// <param name="LeavesPerSecond">Leaves audited a second of wall clock, from the files of an export.</param>
/// <param name="LeavesPerCpuSecond">Leaves audited a second of CPU time: the rate of one core.</param>
/// <param name="ExportBytes">Bytes of the export.</param>
/// <param name="InclusionHashes">Most hashes of an inclusion proof, of a thousand leaves drawn.</param>
/// <param name="ConsistencyHashes">Most hashes of a consistency proof, of a thousand older sizes drawn.</param>
/// <param name="TilesRead">Most tiles read for one proof.</param>
public sealed record AuditFigures(long Leaves, double LeavesPerSecond, double LeavesPerCpuSecond, long ExportBytes, int InclusionHashes, int ConsistencyHashes, int TilesRead)
{
    private const int HashBytes = 32;

    /// <summary>The figures as facts of a report.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        Fact($"audit of {Leaves} leaves", $"{LeavesPerSecond:N0} leaves/s, {LeavesPerCpuSecond:N0} leaves/s and core, export of {ExportBytes / 1_000_000.0:N0} MB"),
        Fact($"proofs at {Leaves} leaves", $"inclusion {InclusionHashes} hashes ({InclusionHashes * HashBytes} bytes), consistency {ConsistencyHashes} hashes ({ConsistencyHashes * HashBytes} bytes), {TilesRead} tiles read at most"),
    ];

    private static (string, string) Fact(FormattableString name, FormattableString value) => (name.ToString(CultureInfo.InvariantCulture), value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Audits exports made for it, without a database.</summary>
public static class AuditBench
{
    private const int Drawn = 1_000;
    private const string Organisation = "11330100002489559R";

    /// <summary>Writes an export of so many leaves into a temporary folder (about 430 bytes a leaf), audits it and draws proofs.</summary>
    /// <param name="leaves">Size of the ledger.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidOperationException">The audit or a proof failed, which must not be.</exception>
    public static async Task<AuditFigures> RunAsync(long leaves, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("datahub-bench-");
        try
        {
            var (from, to) = SyntheticLedger.Times(leaves);
            var validity = new CertificateValidity(from.AddDays(-1), to);
            var authority = LicenceAuthority.Create(Path.Combine(folder.FullName, "root"), new LicenceIssuerName("Bench", Organisation), validity, "bench");
            var signer = authority.IssueSigner(Path.Combine(folder.FullName, "signer.pem"), new LicenceIssuerName(DataHub.Ledger.Heads.SignedHead.SignerName, Organisation), validity, "bench");
            var ledger = new SyntheticLedger(leaves, signer);
            var export = Path.Combine(folder.FullName, "export");
            await WriteAsync(export, ledger, cancellationToken);
            var (perSecond, perCpuSecond) = Audit(export, authority, leaves, cancellationToken);
            var (inclusion, consistency, tiles) = await DrawProofsAsync(ledger, leaves, cancellationToken);
            return new AuditFigures(leaves, perSecond, perCpuSecond, Directory.EnumerateFiles(export).Sum(file => new FileInfo(file).Length), inclusion, consistency, tiles);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<ExportCounts> WriteAsync(string export, SyntheticLedger ledger, CancellationToken cancellationToken) => ExportWriter.WriteAsync(
        export,
        SyntheticLedger.Hub,
        new ExportSource(ledger.Leaves().ToAsyncEnumerable(), AsyncEnumerable.Empty<ExportedLeaf>(), ledger.Heads().ToAsyncEnumerable(), Events: null),
        cancellationToken);

    private static (double PerSecond, double PerCpuSecond) Audit(string export, LicenceAuthority authority, long leaves, CancellationToken cancellationToken)
    {
        var options = new AuditOptions { Roots = [.. authority.Roots.Select(root => root.Der)] };
        var (cpu, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var report = ExportAuditor.Run(export, options, cancellationToken);
        var (elapsed, used) = (clock.Elapsed, Environment.CpuUsage.TotalTime - cpu);
        return report.IsProven && report.Proven == leaves
            ? (leaves / elapsed.TotalSeconds, leaves / used.TotalSeconds)
            : throw new InvalidOperationException(report.ToText());
    }

    private static async Task<(int Inclusion, int Consistency, int Tiles)> DrawProofsAsync(SyntheticLedger ledger, long leaves, CancellationToken cancellationToken)
    {
        var (inclusion, consistency, tiles, random) = (0, 0, 0, new Random(1));
        for (var i = 0; i < Drawn; i++)
        {
            var (index, nodes) = (random.NextInt64(leaves), new TiledNodes(ledger.ReadTile));
            var path = await InclusionProof.ComputeAsync(index, leaves, nodes.ReadAsync, cancellationToken);
            if (!InclusionProof.Verify(SyntheticLedger.LeafAt(index).Hash.Span, index, leaves, path, ledger.Root))
            {
                throw new InvalidOperationException($"The proof of leaf {index} does not hold.");
            }

            (inclusion, tiles) = (Math.Max(inclusion, path.Count), Math.Max(tiles, nodes.TilesRead));
            nodes = new TiledNodes(ledger.ReadTile);
            var growth = await ConsistencyProof.ComputeAsync(1 + random.NextInt64(leaves), leaves, nodes.ReadAsync, cancellationToken);
            (consistency, tiles) = (Math.Max(consistency, growth.Count), Math.Max(tiles, nodes.TilesRead));
        }

        return (inclusion, consistency, tiles);
    }
}
