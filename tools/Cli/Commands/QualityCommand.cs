using System.CommandLine;
using DataHub.V1;

namespace DataHub.Cli.Commands;

/// <summary><c>hub quality</c>: the quality report of a batch.</summary>
internal static class QualityCommand
{
    public static Command Create()
    {
        var resource = new Argument<string>("resource") { Description = "Resource code." };
        var batch = new Option<string>("--batch") { Description = "Batch id (default: the newest completed batch).", DefaultValueFactory = _ => "" };
        var data = DataFolders.Option();
        var system = new Option<string?>("--system") { Description = "System to ask as (default: the first steward)." };
        var command = new Command("quality", "Show the quality report of a resource.") { resource, batch, data, system };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), "steward", parsed.GetValue(system));
            var request = new QualityReportRequest { Resource = parsed.GetRequiredValue(resource), BatchId = parsed.GetRequiredValue(batch) };
            QualityView.Write(await hub.Stewardship.GetQualityReportAsync(request, cancellationToken: cancellationToken), maxRules: 40);
            return 0;
        });
        return command;
    }
}
