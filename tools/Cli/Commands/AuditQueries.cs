using System.CommandLine;
using System.Globalization;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary>The verbs of <c>hub audit</c> that ask a running hub, under the certificate of an auditor. Each question is recorded as well.</summary>
internal static class AuditQueries
{
    private const string Auditor = "auditor";
    private const int PageSize = 1_000;

    private static readonly Option<string?> From = new("--from") { Description = "From this instant on, for example 2026-11-01T00:00:00+08:00." };

    private static readonly Option<string?> To = new("--to") { Description = "Up to this instant, exclusive." };

    private static readonly Option<int> Most = new("--most") { Description = "Most rows to show.", DefaultValueFactory = _ => 100 };

    public static Command Search()
    {
        var subject = new Option<string>("--subject") { Description = "Pseudonym of a subject.", DefaultValueFactory = _ => "" };
        var account = new Option<string>("--account") { Description = "Account that acted.", DefaultValueFactory = _ => "" };
        var organisation = new Option<string>("--organisation") { Description = "Unified social credit code of its organisation.", DefaultValueFactory = _ => "" };
        var caseNo = new Option<string>("--case") { Description = "Case number.", DefaultValueFactory = _ => "" };
        var method = new Option<string>("--method") { Description = "What was called, for example VerificationService/Verify.", DefaultValueFactory = _ => "" };
        var outcome = new Option<string>("--outcome") { Description = "OK, or a code such as GRANT_REQUIRED.", DefaultValueFactory = _ => "" };
        var kinds = new Option<LedgerEntryKind[]>("--kind") { Description = "answered, refused, failed, pushed, licensed, administered, read, delivered, erased; may be given several times." };
        return AccessCommands.Verb("search", "Find entries of the ledger, oldest first.", Auditor, [subject, account, organisation, caseNo, method, outcome, kinds, From, To, Most], async (parsed, hub, cancellationToken) =>
        {
            var request = new SearchLedgerRequest
            {
                Subject = parsed.GetRequiredValue(subject),
                Account = parsed.GetRequiredValue(account),
                Organisation = parsed.GetRequiredValue(organisation),
                CaseNo = parsed.GetRequiredValue(caseNo),
                Method = parsed.GetRequiredValue(method),
                Outcome = parsed.GetRequiredValue(outcome),
                From = Instant(parsed.GetValue(From), "--from"),
                To = Instant(parsed.GetValue(To), "--to"),
                Kinds = { parsed.GetValue(kinds) ?? [] },
            };
            var table = Tables.New("at", "leaf", "kind", "account", "organisation", "method", "outcome", "subject", "case", "what");
            await EachPageAsync(parsed.GetValue(Most), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var reply = await hub.Audit.SearchAsync(request, cancellationToken: cancellationToken);
                foreach (var entry in reply.Entries)
                {
                    table.AddRow(
                        At(entry.At), string.Create(CultureInfo.InvariantCulture, $"{entry.LeafId}/{entry.Ordinal}"), entry.Kind.ToString(), entry.Account, entry.Organisation,
                        entry.Method, entry.Outcome, entry.Subject, entry.CaseNo.EscapeMarkup(), entry.Target.EscapeMarkup());
                }

                return (reply.Entries.Count, reply.NextPageToken);
            });
            AnsiConsole.Write(table);
        });
    }

    public static Command Trace()
    {
        var type = new Argument<string>("id-type") { Description = "Kind of id: resident_id, hmt_residence_permit, foreign_pr_id, uscc." };
        return AccessCommands.Verb("trace", "Who asked about a person, when, for which case; the id is read from standard input, so that no shell remembers it.", Auditor, [type, From, To, Most], async (parsed, hub, cancellationToken) =>
        {
            var id = await Console.In.ReadLineAsync(cancellationToken) ?? "";
            var request = new TraceRequest
            {
                Subject = new SubjectId { IdType = parsed.GetRequiredValue(type), Id = id.Trim() },
                From = Instant(parsed.GetValue(From), "--from"),
                To = Instant(parsed.GetValue(To), "--to"),
            };
            var table = Tables.New("at", "by", "kind", "outcome", "service item", "case", "on the basis of", "what was used");
            await EachPageAsync(parsed.GetValue(Most), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var reply = await hub.Audit.TraceAsync(request, cancellationToken: cancellationToken);
                foreach (var use in reply.Uses)
                {
                    table.AddRow(At(use.At), use.Organisation.EscapeMarkup(), use.Kind.ToString(), use.Outcome, use.ServiceItem, use.CaseNo.EscapeMarkup(), use.LegalBasis.EscapeMarkup(), use.Resources.EscapeMarkup());
                }

                return (reply.Uses.Count, reply.NextPageToken);
            });
            AnsiConsole.Write(table);
        });
    }

    private static async Task EachPageAsync(int most, Func<int, string, Task<(int Rows, string Next)>> page)
    {
        var (left, token) = (most, "");
        do
        {
            var (rows, next) = await page(Math.Min(left, PageSize), token);
            (left, token) = (left - rows, next);
        }
        while (left > 0 && token.Length > 0);
    }

    private static string At(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Timestamp? Instant(string? text, string option) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? Timestamp.FromDateTimeOffset(instant)
        : throw CliFaults.BadOption(option, "must be an instant such as 2026-11-20T06:00:00+08:00");
}
