using DataHub.Acceptance.Tests.Support;
using DataHub.Cli;
using DataHub.Cli.Demo;
using DataHub.Town;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Acceptance.Tests;

/// <summary>Answers out, about people and companies whose files are known.</summary>
[Collection(TownHubCollection.Name)]
public sealed class VerificationTests(TownHub hub) : IDisposable
{
    private readonly HubConnection _approval = hub.As(DemoSystems.Approval);

    private TownCases Cases => hub.Town.Cases;

    public void Dispose() => _approval.Dispose();

    [Fact]
    public async Task Verify_NameAsRegistered_MatchesAndSaysWhatItRestsOn()
    {
        var answer = await AskAsync(Questions.IsCalled(Cases.PropertyOwner.Person, Cases.PropertyOwner.Person.Name));
        var receipt = hub.Pushed["population_person"].Receipt;

        Assert.Equal((Result.Match, "police-fep-1", "c1", "population_person"), (answer.Result, answer.Source, answer.ClaimId, answer.Resource));
        Assert.Equal(hub.Town.File("population_person").Watermark, answer.DataAsOf.ToDateTimeOffset());
        Assert.InRange(answer.EventSequence, receipt.FirstEventSequence, receipt.LastEventSequence);
    }

    [Fact]
    public async Task Verify_AnotherName_DoesNotMatch() =>
        Assert.Equal(Result.NoMatch, (await AskAsync(Questions.IsCalled(Cases.PropertyOwner.Person, "某某某某"))).Result);

    [Fact]
    public async Task Verify_PersonNobodyKnows_HasNoRecord()
    {
        var answer = await AskAsync(Questions.IsRegistered(Cases.UnknownPerson));
        Assert.Equal((Result.NoRecord, 0), (answer.Result, answer.EventSequence));
    }

    [Fact]
    public async Task Verify_TooFewMonthsInDataOlderThanTheirCycle_IsStaleNotNoMatch()
    {
        var answer = await AskAsync(Questions.HasPaidMonths(Cases.NewlyInsured.Person, "12"));
        Assert.Equal((Result.Stale, true), (answer.Result, answer.Stale));
    }

    [Fact]
    public async Task Verify_EnoughMonthsInDataOlderThanTheirCycle_MatchesAndSaysSo()
    {
        var answer = await AskAsync(Questions.HasPaidMonths(Cases.Insured.Person, "12"));
        Assert.Equal((Result.Match, true), (answer.Result, answer.Stale));
    }

    [Theory]
    [InlineData('•')]
    [InlineData('‧')]
    [InlineData('・')]
    [InlineData('·')]
    public async Task Verify_NameWithAnotherDot_Matches(char dot) =>
        Assert.Equal(Result.Match, (await AskAsync(Questions.IsCalled(Cases.MiddleDot, Cases.MiddleDot.Name.Replace('·', dot)))).Result);

    [Fact]
    public async Task Verify_FifteenDigitNumber_IsTheSamePerson()
    {
        var (person, id15) = WithFormerNumber();
        Assert.Equal(Result.Match, (await AskAsync(Questions.IsCalled(id15, person.Name))).Result);
    }

    [Fact]
    public async Task Verify_OwnerAndCoOwners_AllOwn()
    {
        foreach (var person in (TownPerson[])[Cases.PropertyOwner.Person, Cases.CoOwners.First, Cases.CoOwners.Second])
        {
            Assert.Equal(Result.Match, (await AskAsync(Questions.OwnsProperty(person))).Result);
        }

        Assert.Equal(Result.NoRecord, (await AskAsync(Questions.OwnsProperty(Cases.NonOwner))).Result);
    }

    [Fact]
    public async Task Verify_CompanyByItsCode_IsInBusiness() =>
        Assert.Equal(Result.Match, (await AskAsync(Questions.IsInBusiness(Cases.LegalRep.Uscc))).Result);

    [Fact]
    public async Task Verify_SoleTraderByItsCode_IsInBusiness() =>
        Assert.Equal(Result.Match, (await AskAsync(Questions.IsInBusiness(Cases.SoleTrader.Uscc))).Result);

    [Fact]
    public async Task Verify_LegalRepresentative_HasARecordAndOthersHaveNone()
    {
        Assert.Equal(Result.Match, (await AskAsync(Questions.Represents(Cases.LegalRep.Person))).Result);
        Assert.Equal(Result.NoRecord, (await AskAsync(Questions.Represents(Cases.UnknownPerson))).Result);
    }

    [Fact]
    public async Task Verify_SameRequestAgain_GetsTheSameAnswer()
    {
        var request = Questions.IsCalled(Cases.PropertyOwner.Person, Cases.PropertyOwner.Person.Name);
        var first = await _approval.Verification.VerifyAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(first, await _approval.Verification.VerifyAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        request.Claims[0].Value = "某某";
        var refusal = await RefusedAsync(request);
        Assert.Equal((StatusCode.AlreadyExists, "REQUEST_ID_REUSED", "request_id"), (refusal.Code, refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task Verify_NumberWithAWrongCheckDigit_NamesTheFieldAndNotTheNumber()
    {
        var id = WithWrongCheckDigit(Cases.PropertyOwner.Person.Id);
        var refusal = await RefusedAsync(Questions.IsCalled(id, "某某"));

        Assert.Equal((StatusCode.InvalidArgument, "SUBJECT_ID", "subject.id"), (refusal.Code, refusal.Reason, refusal.Field));
        Assert.DoesNotContain(id, refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_UnknownResource_IsNotFound()
    {
        var request = Questions.IsRegistered(Cases.NonOwner);
        request.Claims[0].Resource = "no_such_resource";
        var refusal = await RefusedAsync(request);
        Assert.Equal((StatusCode.NotFound, "RESOURCE_UNKNOWN", "claims[0].resource"), (refusal.Code, refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task Verify_WithoutPurpose_IsRefusedAndNotAnswered()
    {
        var before = await hub.Database.TracesAsync();
        var request = Questions.IsRegistered(Cases.NonOwner);
        request.Purpose = null;
        var refusal = await RefusedAsync(request);

        Assert.Equal((StatusCode.InvalidArgument, "purpose.service_item_code"), (refusal.Code, refusal.Field));
        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    [Theory]
    [InlineData("case_no")]
    [InlineData("legal_basis")]
    public async Task Verify_PurposeWithAGap_NamesTheGap(string field)
    {
        var request = Questions.IsRegistered(Cases.NonOwner);
        Purpose.Descriptor.FindFieldByName(field).Accessor.SetValue(request.Purpose, "");
        var refusal = await RefusedAsync(request);
        Assert.Equal((StatusCode.InvalidArgument, $"purpose.{field}"), (refusal.Code, refusal.Field));
    }

    private static string WithWrongCheckDigit(string id) => id[..^1] + (id[^1] == '1' ? '2' : '1');

    // Numbers of 15 places were given to people born before 2000; the sequence keeps its place.
    private (TownPerson Person, string Id15) WithFormerNumber()
    {
        TownPerson[] people =
        [
            Cases.PropertyOwner.Person, Cases.NonOwner, Cases.CoOwners.First, Cases.CoOwners.Second, Cases.Married.Person, Cases.Married.Spouse,
            Cases.Insured.Person, Cases.LegalRep.Person, Cases.SoleTrader.Person, Cases.Builder,
        ];
        var person = people.First(candidate => candidate.Id[6..8] == "19");
        return (person, person.Id[..6] + person.Id[8..17]);
    }

    private async Task<ClaimAnswer> AskAsync(VerifyRequest request) =>
        (await _approval.Verification.VerifyAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Answers.Single();

    private Task<Refusal> RefusedAsync(VerifyRequest request) =>
        Refusal.OfAsync(_approval.Verification.VerifyAsync(request, cancellationToken: TestContext.Current.CancellationToken));
}
