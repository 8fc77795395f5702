using System.Globalization;
using DataHub.Kernel.Faults;

namespace DataHub.Ledger.Export;

/// <summary>What reading and writing exports refuses, with permanent codes.</summary>
internal static class ExportFaults
{
    public static FaultException Exists(string folder) =>
        new(FaultKind.Exists, "EXPORT_EXISTS", $"{folder} exists already; name a folder that does not, an export is never written over.");

    public static FaultException Missing(string path) =>
        new(FaultKind.Unknown, "EXPORT_MISSING", $"{path} is missing; an export is a folder with {ExportManifest.FileName} and the files it names.");

    public static FaultException Damaged(string file, long offset, string why, Exception? inner = null) =>
        new(FaultKind.Malformed, "EXPORT_DAMAGED", string.Create(CultureInfo.InvariantCulture, $"{file} is damaged at byte {offset}: {why}"), inner);
}
