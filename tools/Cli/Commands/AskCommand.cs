using System.CommandLine;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub ask</c>: one verification question, as an approval system would ask it.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var idType = new Option<string>("--id-type") { Description = "resident_id, hmt_residence_permit, foreign_pr_id or uscc.", DefaultValueFactory = _ => "resident_id" };
        var id = new Argument<string>("id") { Description = "Identifier of the subject." };
        var resource = new Argument<string>("resource") { Description = "Resource code." };
        var role = new Argument<string>("role") { Description = "Role of the subject in the record, for example owner." };
        var field = new Option<string>("--field") { Description = "Information item.", DefaultValueFactory = _ => "" };
        var equal = new Option<string?>("--equal") { Description = "The item equals this." };
        var atLeast = new Option<string?>("--at-least") { Description = "The item is this or more." };
        var item = new Option<string>("--item") { Description = "Service item code.", Required = true };
        var caseNo = new Option<string>("--case") { Description = "Case number.", Required = true };
        var basis = new Option<string>("--basis") { Description = "Legal basis.", Required = true };
        var system = new Option<string?>("--system") { Description = "System to ask as (default: the first consumer)." };
        var data = DataFolders.Option();
        var command = new Command("ask", "Ask a verification question.") { id, resource, role, idType, field, equal, atLeast, item, caseNo, basis, system, data };
        command.Validators.Add(result =>
        {
            if (result.GetValue(equal) is not null && result.GetValue(atLeast) is not null)
            {
                result.AddError("--equal and --at-least exclude each other.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), "consumer", parsed.GetValue(system));
            var claim = ClaimOf(parsed.GetRequiredValue(resource), parsed.GetRequiredValue(role), parsed.GetRequiredValue(field), parsed.GetValue(equal), parsed.GetValue(atLeast));
            var request = new VerifyRequest
            {
                Subject = new SubjectId { IdType = parsed.GetRequiredValue(idType), Id = parsed.GetRequiredValue(id) },
                Claims = { claim },
                Purpose = new Purpose { ServiceItemCode = parsed.GetRequiredValue(item), CaseNo = parsed.GetRequiredValue(caseNo), LegalBasis = parsed.GetRequiredValue(basis) },
                RequestId = Guid.NewGuid().ToString(),
            };
            var reply = await hub.Verification.VerifyAsync(request, cancellationToken: cancellationToken);
            AnsiConsole.Write(Answers.Table([("", reply.Answers[0])]));
            return 0;
        });
        return command;
    }

    private static Claim ClaimOf(string resource, string role, string field, string? equal, string? atLeast) => new()
    {
        ClaimId = "c1",
        Resource = resource,
        Role = role,
        Field = field,
        Operator = equal is not null ? Operator.Equal : atLeast is not null ? Operator.AtLeast : Operator.Exists,
        Value = equal ?? atLeast ?? "",
    };
}
