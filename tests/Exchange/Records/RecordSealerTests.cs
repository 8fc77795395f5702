using System.Text.Encodings.Web;
using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.Exchange.Records;

namespace DataHub.Exchange.Tests.Records;

/// <summary>What may stand in an event in the clear, by name; everything else must not show.</summary>
public sealed class RecordSealerTests
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] PublicOfCompany =
    [
        "uscc", "org_code", "name", "reg_authority_name", "reg_authority", "org_type", "registered_address", "registered_division", "business_scope",
        "registered_capital", "capital_currency", "established_on", "term_from", "term_to", "reg_status", "is_public", "source_updated_on",
    ];

    [Fact]
    public void Seal_Person_LeavesOnlyCodesInTheClear() => AssertClear(Rows.Person(), "nationality", "domicile_division", "person_status");

    [Fact]
    public void Seal_Company_SealsItsPeople() => AssertClear(Rows.Entity(), PublicOfCompany);

    [Fact]
    public void Seal_SoleTrader_SealsWhatNamesTheTraderToo() =>
        AssertClear(Rows.Trader(), [.. PublicOfCompany.Except(["uscc", "org_code", "name", "registered_address"])]);

    [Fact]
    public void Seal_Property_SealsPlaceAndOwners() => AssertClear(
        Rows.Property(null, Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("李四光", Rows.Resident(981))),
        "certificate_type", "registration_type", "right_type", "right_nature", "ownership_mode", "division", "building_use", "use_from", "use_to",
        "registrar_uscc", "registered_at", "issued_on", "right_status");

    [Fact]
    public void Seal_Insurance_SealsWhoWhenAndWhere() => AssertClear(
        Rows.Insurance(), "agency_code", "division", "insurance_type", "participation_status", "payment_status");

    [Fact]
    public void Read_Key_IsAPseudonymWherePersonalAndClearForACompany()
    {
        Assert.Equal(Rows.Company, KeyOf(Rows.Entity()));
        Assert.All([Rows.Person(), Rows.Trader(), Rows.Property(), Rows.Insurance()], record => Assert.Matches(@"\A[a-z2-7]{26}\z", KeyOf(record)));
    }

    [Fact]
    public void Seal_OwnersAPersonAndACompany_CompanyStandsInTheSharedPart()
    {
        var record = Rows.Property(null, Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("示例科技有限公司", Rows.Company, idType: "001"));
        var (draft, asserted, keys) = Seal(record);
        var shared = Open(asserted, SealedPart.Shared, keys);
        Assert.Equal("示例科技有限公司", shared["owners[1].name"]);
        Assert.Equal("清河市城南街道梅花路1号2单元301室", shared["location"]);
        var own = Open(asserted, draft.Subjects[0].Id, keys);
        Assert.Equal(["owners[0].name", "owners[0].id_type", "owners[0].id_no"], own.Keys);
        Assert.Equal(2, asserted.Sealed.Count);

        var request = RecordSealer.SharedKeyOf(draft)!;
        Assert.True(request.UnderKeyEncryptionKey);
        Assert.Equal([draft.Subjects[0].Id], request.Holders);
    }

    [Fact]
    public void Seal_JointOwners_EachHasAPartAndBothTheSharedKey()
    {
        var record = Rows.Property(null, Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("李四光", Rows.Resident(981)));
        var (draft, asserted, keys) = Seal(record);
        Assert.Equal(draft.Subjects.Select(subject => subject.Id).Append(SealedPart.Shared).Order(), asserted.Sealed.Select(part => part.Of).Order());
        Assert.Equal("李四光", Open(asserted, draft.Subjects[1].Id, keys)["owners[1].name"]);
        var request = RecordSealer.SharedKeyOf(draft)!;
        Assert.False(request.UnderKeyEncryptionKey);
        Assert.Equal(draft.Subjects.Select(subject => subject.Id).Order(), request.Holders);
    }

    [Fact]
    public void Seal_Person_NeedsNoSharedKey() => Assert.Null(RecordSealer.SharedKeyOf(Reading.Of(Rows.Person()).Draft));

    private static void AssertClear(Record record, params string[] clear)
    {
        var (draft, asserted, keys) = Seal(record);
        Assert.Equal(draft.Fields.Select(field => field.Path).Where(clear.Contains).Order(), asserted.Fields.Keys.Order());

        var json = JsonSerializer.Serialize(asserted, Readable);
        var hidden = draft.Fields.Where(field => !clear.Contains(field.Path)).ToList();
        Assert.NotEmpty(hidden);
        Assert.All(hidden.Where(field => field.Value.Length >= 3), field => Assert.DoesNotContain(field.Value, json, StringComparison.Ordinal));

        // Nothing is lost either: what is hidden stands in the parts.
        var parts = asserted.Sealed.SelectMany(part => Open(asserted, part.Of, keys)).ToDictionary();
        Assert.Equal(hidden.ToDictionary(field => field.Path, field => field.Value), parts);
    }

    private static string KeyOf(Record record) => Reading.Of(record).Draft.Key;

    private static (RecordDraft Draft, RecordAsserted Asserted, Dictionary<string, DataKey> Keys) Seal(Record record)
    {
        var draft = Reading.Of(record).Draft;
        Assert.Empty(draft.Rejections);
        var keys = RecordSealer.SubjectsOf([draft]).Append(SealedPart.Shared).Index()
            .ToDictionary(subject => subject.Item, subject => new DataKey(subject.Index + 1, System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        return (draft, new RecordSealer("qinghe", "fep-1", Guid.Empty).Seal(draft, keys, keys[SealedPart.Shared]), keys);
    }

    private static Dictionary<string, string> Open(RecordAsserted asserted, string of, Dictionary<string, DataKey> keys)
    {
        var place = RecordSealer.PlaceOf($"qinghe/{asserted.Resource}/{asserted.Key}", of);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(Crypto.Sealing.Seal.Open(keys[of], place, asserted.Sealed.Single(part => part.Of == of).Value))!;
    }
}
