using System.CommandLine;
using DataHub.V1;

namespace DataHub.Cli.Commands;

/// <summary><c>hub licence</c>: mint, revoke and verify e-licences.</summary>
internal static class LicenceCommands
{
    public static Command Create() => new("licence", "E-licences.") { Mint(), Revoke(), Verify() };

    private static Command Mint()
    {
        var order = new Argument<string>("order") { Description = "YAML file with type_code, serial, holder_id_type, holder_id, holder_name, issued_on, valid_from, valid_to and fields." };
        var folder = new Argument<string>("folder") { Description = "Folder to write the document, its signature and the certificates to." };
        var data = DataFolders.Option();
        var system = new Option<string?>("--system") { Description = "System to mint as (default: the first issuer)." };
        var command = new Command("mint", "Mint a licence and write its document.") { order, folder, data, system };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = OrderOf(parsed.GetRequiredValue(order));
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), "issuer", parsed.GetValue(system));
            var minted = await hub.Licences.MintAsync(request, cancellationToken: cancellationToken);
            LicenceFolder.Write(parsed.GetRequiredValue(folder), minted.Document);
            Console.WriteLine($"{minted.LicenceId}{(minted.Repeated ? " (minted before)" : "")}: {parsed.GetRequiredValue(folder)}");
            return 0;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("licence") { Description = "Identifier of the licence, GB/T 36904." };
        var reason = new Option<string>("--reason") { Description = "Shown to the holder.", Required = true };
        var basis = new Option<string>("--basis") { Description = "The article relied on.", Required = true };
        var data = DataFolders.Option();
        var system = new Option<string?>("--system") { Description = "System to revoke as (default: the first issuer)." };
        var command = new Command("revoke", "Revoke a licence for good.") { id, reason, basis, data, system };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), "issuer", parsed.GetValue(system));
            var request = new RevokeRequest { LicenceId = parsed.GetRequiredValue(id), Reason = parsed.GetRequiredValue(reason), Basis = parsed.GetRequiredValue(basis) };
            var status = await hub.Licences.RevokeAsync(request, cancellationToken: cancellationToken);
            Console.WriteLine($"{status.LicenceId}: {status.State} since {status.Since.ToDateTimeOffset():O}");
            return 0;
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = new Argument<string>("folder") { Description = "Folder with document.json, signature.der, signer.crt and root.crt." };
        var data = DataFolders.Option();
        var command = new Command("verify", "Verify a licence document with the hub; exit code 0 only when it is accepted.") { folder, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), _ => true, "any system");
            var verdict = await hub.Licences.VerifyAsync(new VerifyLicenceRequest { Document = LicenceFolder.Read(parsed.GetRequiredValue(folder)) }, cancellationToken: cancellationToken);
            Console.WriteLine($"{verdict.MessageZh} / {verdict.MessageEn}");
            return verdict.Accepted ? 0 : 3;
        });
        return command;
    }

    private static MintRequest OrderOf(string path)
    {
        var order = YamlFile.Read<Order>(path, "ORDER_FILE");
        return new MintRequest
        {
            TypeCode = order.TypeCode,
            Serial = order.Serial,
            HolderIdType = order.HolderIdType,
            HolderId = order.HolderId,
            HolderName = order.HolderName,
            IssuedOn = order.IssuedOn,
            ValidFrom = order.ValidFrom,
            ValidTo = order.ValidTo,
            Fields = { order.Fields },
        };
    }

    private sealed class Order
    {
        public string TypeCode { get; set; } = "";

        public string Serial { get; set; } = "";

        public string HolderIdType { get; set; } = "";

        public string HolderId { get; set; } = "";

        public string HolderName { get; set; } = "";

        public string IssuedOn { get; set; } = "";

        public string ValidFrom { get; set; } = "";

        public string ValidTo { get; set; } = "";

        public Dictionary<string, string> Fields { get; set; } = [];
    }
}
