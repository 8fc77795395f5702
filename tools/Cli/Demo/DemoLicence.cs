using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DataHub.Kernel.Time;
using DataHub.Town;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Cli.Demo;

/// <summary>Step 5: an issuer mints a licence, it is verified by the hub and by OpenSSL, revoked and verified again.</summary>
internal static class DemoLicence
{
    private const string TypeCode = "11100000000013338W032";

    public static async Task<IReadOnlyList<string>> RunAsync(string dataFolder, TownPerson builder, TimeProvider time, CancellationToken cancellationToken)
    {
        using var issuer = HubConnection.Open(dataFolder, "issuer", DemoSystems.Issuer);
        using var checker = HubConnection.Open(dataFolder, "consumer", DemoSystems.Approval);
        var minted = await issuer.Licences.MintAsync(OrderOf(builder, time), cancellationToken: cancellationToken);
        var folder = Path.Combine(dataFolder, "licence");
        LicenceFolder.Write(folder, minted.Document);
        Console.WriteLine($"minted    {minted.LicenceId} (建筑施工特种作业操作资格证书), written to {folder}");

        var differences = new List<string>();
        await VerifyAsync(checker, "verified ", minted.Document, accepted: true, differences, cancellationToken);
        var changed = minted.Document.Clone();
        changed.Document = OneByteChanged(changed.Document);
        await VerifyAsync(checker, "1 byte changed", changed, accepted: false, differences, cancellationToken);
        await CheckWithOpenSslAsync(folder, differences, cancellationToken);

        var status = await issuer.Licences.RevokeAsync(
            new RevokeRequest { LicenceId = minted.LicenceId, Reason = "培训考核记录失实", Basis = "行政许可法第六十九条" }, cancellationToken: cancellationToken);
        Console.WriteLine($"revoked   {status.State} since {status.Since.ToDateTimeOffset():O}");
        await VerifyAsync(checker, "verified ", minted.Document, accepted: false, differences, cancellationToken);
        return differences;
    }

    private static MintRequest OrderOf(TownPerson builder, TimeProvider time)
    {
        var today = CivilTime.Today(time);
        var serial = time.GetUtcNow().ToString("'DEMO'yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        return new MintRequest
        {
            TypeCode = TypeCode,
            Serial = serial,
            HolderIdType = builder.IdType,
            HolderId = builder.Id,
            HolderName = builder.Name,
            IssuedOn = CivilTime.Format(today),
            ValidFrom = CivilTime.Format(today),
            ValidTo = CivilTime.Format(today.AddYears(2).AddDays(-1)),
            Fields =
            {
                ["certificate_no"] = $"浙C{serial}",
                ["full_name"] = builder.Name,
                ["gender"] = builder.Gender == "1" ? "男" : "女",
                ["id_no"] = builder.Id,
                ["trade"] = "建筑电工",
                ["first_issued_on"] = CivilTime.Format(today),
            },
        };
    }

    private static async Task VerifyAsync(
        HubConnection checker, string step, LicenceDocument document, bool accepted, List<string> differences, CancellationToken cancellationToken)
    {
        var verdict = await checker.Licences.VerifyAsync(new VerifyLicenceRequest { Document = document }, cancellationToken: cancellationToken);
        Console.WriteLine($"{step} {verdict.MessageZh} / {verdict.MessageEn}");
        if (verdict.Accepted != accepted)
        {
            differences.Add($"licence {step.Trim()}: accepted {verdict.Accepted}, {accepted} expected");
        }
    }

    private static async Task CheckWithOpenSslAsync(string folder, List<string> differences, CancellationToken cancellationToken)
    {
        Console.WriteLine("anyone can check it with OpenSSL alone:");
        foreach (var command in LicenceFolder.Commands)
        {
            Console.WriteLine($"  {command}");
        }

        try
        {
            using var script = Process.Start(new ProcessStartInfo(Path.Combine(folder, "verify.sh")) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = await script.StandardOutput.ReadToEndAsync(cancellationToken);
            await script.WaitForExitAsync(cancellationToken);
            Console.WriteLine($"  -> {output.Trim().ReplaceLineEndings(", ")}");
            if (script.ExitCode != 0)
            {
                differences.Add("licence: OpenSSL refused it");
            }
        }
        catch (Win32Exception)
        {
            Console.WriteLine("  -> openssl is not installed here; the folder can be checked anywhere else");
        }
    }

    // A byte in the middle of the document, inside a value, so that the JSON stays readable.
    private static ByteString OneByteChanged(ByteString document)
    {
        var bytes = document.ToByteArray();
        var at = document.ToStringUtf8().IndexOf("\"issued_on\":\"", StringComparison.Ordinal);
        var offset = System.Text.Encoding.UTF8.GetByteCount(document.ToStringUtf8()[..at]) + "\"issued_on\":\"202".Length;
        bytes[offset] = (byte)(bytes[offset] == (byte)'0' ? '1' : '0');
        return ByteString.CopyFrom(bytes);
    }
}
