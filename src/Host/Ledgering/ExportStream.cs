using DataHub.Ledger.Export;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DataHub.Host.Ledgering;

/// <summary>Sends an export over the wire: it is written to a private folder first, so that it comes from one snapshot however slowly it is fetched.</summary>
internal sealed class ExportStream(LedgerExporter exporter)
{
    private const int PartBytes = 64 * 1024;

    public async Task WriteAsync(bool withEvents, IServerStreamWriter<ExportedPart> response, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("datahub-export-").FullName;
        try
        {
            var export = Path.Combine(folder, "export");
            await exporter.WriteAsync(export, withEvents, cancellationToken);
            foreach (var file in Directory.EnumerateFiles(export).Order(StringComparer.Ordinal))
            {
                await WriteAsync(file, response, cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteAsync(string file, IServerStreamWriter<ExportedPart> response, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        var buffer = new byte[PartBytes];
        var first = true;
        for (var read = await stream.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, cancellationToken);
             read > 0 || first;
             read = await stream.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, cancellationToken))
        {
            first = false; // A file without content is sent as one part without content.
            await response.WriteAsync(new ExportedPart { File = Path.GetFileName(file), Content = ByteString.CopyFrom(buffer.AsSpan(0, read)) }, cancellationToken);
        }
    }
}
