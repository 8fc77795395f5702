using System.CommandLine;
using System.Globalization;
using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
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
        var command = new Command("push", "Push a CSV file to the hub.") { resource, file, data, system, watermark };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var entry = RegistrationFile.OfResource(parsed.GetRequiredValue(resource));
            var csv = await CsvFile.CheckAsync(path, entry.Schema.Resource, RegistrationFile.RequiredColumns(entry), declaredEncoding: null, cancellationToken);
            var wanted = parsed.GetValue(system);
            using var hub = wanted is null
                ? HubConnection.Open(parsed.GetRequiredValue(data), identity => identity.Organisation == entry.PublisherCode && identity.Roles.Contains("provider"), $"a provider of {entry.PublisherName}")
                : HubConnection.Open(parsed.GetRequiredValue(data), "provider", wanted);
            var pusher = new BatchPusher(hub.Exchange, TimeProvider.System, new PushOptions { GiveUpAfter = TimeSpan.FromMinutes(1) });
            var outcome = await AnsiConsole.Progress().StartAsync(progress =>
                pusher.PushAsync(csv, WatermarkOf(parsed.GetValue(watermark), path), PushTable.ProgressOn(progress.AddTask(entry.Title)), cancellationToken));
            var rejectedFile = await RejectedFile.WriteAsync(path, outcome.Rejected, cancellationToken);
            AnsiConsole.Write(PushTable.Of([outcome.Receipt]));
            PushTable.WriteRejected(outcome.Rejected, rejectedFile);
            return 0;
        });
        return command;
    }

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
