using System.Globalization;
using DataHub.Kernel.Faults;
using YamlDotNet.Core;

namespace DataHub.Cli;

/// <summary>What the command line refuses by itself.</summary>
internal static class CliFaults
{
    public static FaultException NotRunning(string folder) =>
        new(FaultKind.Unavailable, "HUB_NOT_RUNNING", $"No hub runs on {folder}; start one with ./hub demo or ./hub serve, or name its folder with --data.");

    public static FaultException NoSystem(string folder, string wanted) =>
        new(FaultKind.Unknown, "SYSTEM_UNKNOWN", $"{folder} holds no certificate of {wanted}; register the account and write one with ./hub access certify.");

    public static FaultException NoRegistration(string resource) =>
        new(FaultKind.Unknown, "RESOURCE_UNKNOWN", $"There is no registration file for {resource}; those at hand are in data/resources.");

    public static FaultException BadOption(string option, string rest) =>
        new(FaultKind.Malformed, "OPTION_INVALID", $"{option} {rest}.");

    public static FaultException NoFile(string path) =>
        new(FaultKind.Unknown, "FILE_MISSING", $"{path} does not exist.");

    public static FaultException BadContent(string path, Exception inner) =>
        new(FaultKind.Malformed, "FILE_CONTENT", $"{path}: {inner.Message}", inner);

    public static FaultException Unusable(Exception inner) =>
        new(FaultKind.Unavailable, "FILE_UNUSABLE", $"{inner.Message} Check that the path exists, that this user may use it, and that the disk has room.", inner);

    public static FaultException BadFile(string code, string path, YamlException e) => new(
        FaultKind.Malformed,
        code,
        string.Create(CultureInfo.InvariantCulture, $"{path}, line {e.Start.Line}, column {e.Start.Column}: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}"),
        e);
}
