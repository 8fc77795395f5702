using System.Text;

namespace DataHub.Town.Tests;

public sealed class FilesTests(TownFixture town)
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    [Theory]
    [InlineData("population_person", "GB18030", false)]
    [InlineData("legal_entity", "UTF-8", true)]
    [InlineData("real_property_right", "UTF-8", false)]
    [InlineData("insurance_participation", "GB18030", false)]
    public void File_ReadStrictly_HasItsEncodingAndMark(string resource, string encoding, bool mark)
    {
        var file = town.Manifest.File(resource);
        var bytes = File.ReadAllBytes(Path.Combine(town.Folder, file.Path));
        Assert.Equal((encoding, mark), (file.Encoding, file.ByteOrderMark));
        Assert.Equal(mark, bytes.AsSpan().StartsWith(Mark));
        Assert.Contains("清河市", StrictText.Of(Path.Combine(town.Folder, file.Path), encoding), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("population_person")]
    [InlineData("insurance_participation")]
    public void Gb18030File_ReadAsUtf8_IsRefused(string resource)
    {
        var path = Path.Combine(town.Folder, town.Manifest.File(resource).Path);
        Assert.Throws<DecoderFallbackException>(() => StrictText.Of(path, "UTF-8"));
    }

    [Fact]
    public void Files_Lines_EndInCrLf()
    {
        foreach (var file in town.Manifest.Files)
        {
            var text = StrictText.Of(Path.Combine(town.Folder, file.Path), file.Encoding);
            Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("population_person", "resident_id,full_name,former_name,gender,ethnic_group,birth_date,nationality,marital_status,education,domicile_division,domicile_address,household_no,household_relation,residence_division,residence_address,mobile_phone,person_status,death_date,legacy_id_15")]
    [InlineData("legal_entity", "uscc,org_code,name,reg_authority_name,reg_authority,org_type,legal_rep_name,legal_rep_id_type,legal_rep_id_no,registered_address,registered_division,business_scope,industry_code,registered_capital,capital_currency,established_on,term_from,term_to,reg_status,cancelled_on,contact_name,contact_phone,is_public,source_updated_on")]
    [InlineData("real_property_right", "unit_code,certificate_no,certificate_type,case_no,registration_type,right_type,right_nature,owners,ownership_mode,location,division,building_use,building_area,use_from,use_to,registrar_uscc,registered_at,issued_on,mortgaged,sealed,disputed,right_status")]
    [InlineData("insurance_participation", "agency_code,person_no,social_security_no,full_name,id_type,id_no,gender,ethnic_group,birth_date,first_work_date,division,employer_no,employer_name,employer_uscc,insurance_type,first_insured_month,participation_status,payment_status,spell_from,spell_to,paid_months")]
    public void Header_OfFile_NamesTheFieldsOfTheMessage(string resource, string fields)
    {
        var file = town.Manifest.File(resource);
        var header = StrictText.Of(Path.Combine(town.Folder, file.Path), file.Encoding).Split("\r\n")[0];
        Assert.Equal($"{fields},source_record_id,source_updated_at", header);
    }

    [Fact]
    public void Names_InGb18030_KeepRareCharactersCompoundSurnamesAndDots()
    {
        var names = town.Rows.Population.Select(p => p["full_name"]).ToList();
        Assert.Contains(names, n => n.EndsWith('㐂') || n.EndsWith("𠮷", StringComparison.Ordinal));
        Assert.Contains(names, n => n.StartsWith("欧阳", StringComparison.Ordinal) || n.StartsWith("司马", StringComparison.Ordinal) || n.StartsWith("上官", StringComparison.Ordinal));
        Assert.Contains(names, n => n.Contains('·', StringComparison.Ordinal));
        Assert.DoesNotContain(names, n => n.Contains('?', StringComparison.Ordinal));
    }

    [Fact]
    public void Scopes_WithCommasQuotesAndBreaks_SurviveTheFile()
    {
        var scopes = town.Rows.Entities.Select(e => e["business_scope"]).ToList();
        Assert.Contains(scopes, s => s.Contains(", ", StringComparison.Ordinal));
        Assert.Contains(scopes, s => s.Contains("\"清河\"", StringComparison.Ordinal));
        Assert.Contains(scopes, s => s.Contains("\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Watermarks_OfFiles_AreTheBeginningOfTheDayAndInsuranceIsStale()
    {
        var today = new DateTimeOffset(2026, 10, 9, 0, 0, 0, TimeSpan.FromHours(8));
        Assert.All(town.Manifest.Files, f => Assert.Equal(f.Resource == "insurance_participation" ? today.AddDays(-60) : today, f.Watermark));
        Assert.All(town.Rows.All, r => Assert.True(UpdatedAt(r.Row) < town.Manifest.File(r.Resource).Watermark));
    }

    private static DateTimeOffset UpdatedAt(TownRow row) =>
        DateTimeOffset.Parse(row["source_updated_at"], System.Globalization.CultureInfo.InvariantCulture);
}
