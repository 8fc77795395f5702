using DataHub.Kernel.Resources;
using DataHub.Kernel.Text;
using DataHub.Town;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Demo;

/// <summary>Step 4: an approval system asks instead of asking citizens for paper. Names and numbers are masked on the screen.</summary>
internal static class DemoQuestions
{
    // 国有建设用地使用权及房屋所有权转移登记, implementation code of the synthetic city.
    private const string ServiceItem = "12330382MA9705089N3330715901000";

    public static async Task<IReadOnlyList<string>> RunAsync(
        string dataFolder, TownManifest town, IReadOnlyDictionary<string, DirectoryEntry> entries, TimeProvider time, CancellationToken cancellationToken)
    {
        using var hub = HubConnection.Open(dataFolder, "consumer", DemoSystems.Approval);
        var answers = new List<(string Question, ClaimAnswer Answer)>();
        var differences = new List<string>();
        foreach (var question in Questions(town.Cases))
        {
            var reply = await hub.Verification.VerifyAsync(RequestOf(question, answers.Count), cancellationToken: cancellationToken);
            answers.Add((question.Text, reply.Answers[0]));
            var expected = IsStale(question.Resource) && question.Expected is not Result.Match ? Result.Stale : question.Expected;
            if (reply.Answers[0].Result != expected)
            {
                differences.Add($"{question.Text}: {reply.Answers[0].Result}, {expected} expected");
            }
        }

        AnsiConsole.Write(Answers.Table(answers));
        return differences;

        // A town written some days ago is as stale as any other data would be.
        bool IsStale(string resource) =>
            time.GetUtcNow() - town.File(resource).Watermark > ((Kernel.Resources.UpdateCycle)entries[resource].UpdateCycle).StaleAfter();
    }

    private static IEnumerable<Question> Questions(TownCases cases)
    {
        var owner = cases.PropertyOwner.Person;
        yield return Person(owner, "owns property here?", "real_property_right", "owner", "right_status", Operator.Equal, "1", Result.Match);
        yield return Person(cases.CoOwners.Second, "owns property (jointly)?", "real_property_right", "owner", "right_status", Operator.Equal, "1", Result.Match);
        yield return Person(cases.NonOwner, "owns property here?", "real_property_right", "owner", "right_status", Operator.Equal, "1", Result.NoRecord);
        yield return Person(owner, "is called so?", "population_person", "person", "full_name", Operator.Equal, owner.Name, Result.Match);
        yield return Person(owner, "is called otherwise?", "population_person", "person", "full_name", Operator.Equal, cases.NonOwner.Name == owner.Name ? "某某" : cases.NonOwner.Name, Result.NoMatch);
        yield return Person(cases.MiddleDot, "is called so, dot written otherwise?", "population_person", "person", "full_name", Operator.Equal, cases.MiddleDot.Name.Replace('·', '•'), Result.Match);
        yield return Person(cases.UnknownPerson, "is registered?", "population_person", "person", "", Operator.Exists, "", Result.NoRecord);
        yield return Person(cases.LegalRep.Person, "represents a company?", "legal_entity", "legal_rep", "", Operator.Exists, "", Result.Match);
        yield return new Question($"{cases.LegalRep.Uscc}: in business?", "uscc", cases.LegalRep.Uscc, "legal_entity", "entity", "reg_status", Operator.Equal, "1", Result.Match);
        yield return Person(cases.Insured.Person, "insured for 12 months?", "insurance_participation", "insured", "paid_months", Operator.AtLeast, "12", Result.Match);
        yield return Person(cases.NewlyInsured.Person, "insured for 12 months?", "insurance_participation", "insured", "paid_months", Operator.AtLeast, "12", Result.NoMatch);
    }

    private static Question Person(TownPerson person, string text, string resource, string role, string field, Operator op, string value, Result expected) =>
        new($"{Masks.Name(person.Name)} {Masks.ResidentId(person.Id)}: {text}", "resident_id", person.Id, resource, role, field, op, value, expected);

    private static VerifyRequest RequestOf(Question question, int number) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        Subject = new SubjectId { IdType = question.IdType, Id = question.Id },
        Purpose = new Purpose { ServiceItemCode = ServiceItem, CaseNo = $"DEMO-{number + 1:000}", LegalBasis = "不动产登记暂行条例实施细则第三十八条" },
        Claims =
        {
            new Claim { ClaimId = "c1", Resource = question.Resource, Role = question.Role, Field = question.Field, Operator = question.Operator, Value = question.Value },
        },
    };

    private sealed record Question(
        string Text, string IdType, string Id, string Resource, string Role, string Field, Operator Operator, string Value, Result Expected);
}
