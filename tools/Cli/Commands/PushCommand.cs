using System.CommandLine;
using System.Globalization;
using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub push</c>: the front-end processor for one file.</summary>
internal static class PushCommand
{
    public static Command Create()
    {
        var resource = new Argument<string>("resource") { Description = "Resource code, for example population_person." };
        resource.CompletionSources.Add("population_person", "legal_entity", "real_property_right", "insurance_participation");
        var file = new Argument<string>("file") { Description = "CSV file, UTF-8 or GB18030; columns in docs/resources.md." };
        var data = DataFolders.Option();
        var system = new Option<string?>("--system") { Description = "System to push as (default: the provider of the resource)." };
        var watermark = new Option<string?>("--watermark") { Description = "Up to when the file is complete, for example 2026-11-20T06:00:00+08:00 (default: when it was last written)." };
        var address = new Option<string?>("--hub") { Description = "Address of a hub elsewhere; needs --identity." };
        var identityFile = new Option<string?>("--identity") { Description = "File that hub enrol wrote; its certificate is renewed while the push runs." };
        var command = new Command("push", "Push a CSV file to the hub.") { resource, file, data, system, watermark, address, identityFile };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var entry = RegistrationFile.OfResource(parsed.GetRequiredValue(resource));
            var csv = await CsvFile.CheckAsync(path, entry.Schema.Resource, RegistrationFile.RequiredColumns(entry), declaredEncoding: null, cancellationToken);
            using var hub = parsed.GetValue(identityFile) is { } own
                ? HubConnection.Open(HubConnection.AddressOf(parsed.GetValue(address)), own)
                : Connect(parsed.GetRequiredValue(data), parsed.GetValue(system), entry);
            await hub.WitnessAsync(cancellationToken);
            using var pushed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var kept = parsed.GetValue(identityFile) is null ? Task.CompletedTask : hub.KeepAsync(() => 1, pushed.Token);
            var pusher = new BatchPusher(hub.Exchange, TimeProvider.System, new PushOptions { GiveUpAfter = TimeSpan.FromMinutes(1) });
            var outcome = await AnsiConsole.Progress().StartAsync(progress =>
                pusher.PushAsync(csv, WatermarkOf(parsed.GetValue(watermark), path), PushTable.ProgressOn(progress.AddTask(entry.Title)), cancellationToken));
            await pushed.CancelAsync();
            await kept;
            var rejectedFile = await RejectedFile.WriteAsync(path, outcome.Rejected, cancellationToken);
            AnsiConsole.Write(PushTable.Of([outcome.Receipt]));
            PushTable.WriteRejected(outcome.Rejected, rejectedFile);
            return 0;
        });
        return command;
    }

    private static HubConnection Connect(string dataFolder, string? system, DirectoryEntry entry) => system is null
        ? HubConnection.Open(dataFolder, identity => identity.Organisation == entry.PublisherCode && identity.Roles.Contains("provider"), $"a provider of {entry.PublisherName}")
        : HubConnection.Open(dataFolder, "provider", system);

    private static DateTimeOffset WatermarkOf(string? option, string path)
    {
        if (option is null)
        {
            return new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
        }

        return DateTimeOffset.TryParse(option, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var watermark)
            ? watermark
            : throw CliFaults.BadOption("--watermark", "must be an instant such as 2026-11-20T06:00:00+08:00");
    }
}
