using System.Text;
using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Tests.Support;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Record = DataHub.V1.Record;

namespace DataHub.FrontEnd.Tests.Csv;

public sealed class CsvFileTests : IDisposable
{
    private const string Secret = "SECRETVALUE";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_ColumnsInAnyOrder_FillTheTypedMessage()
    {
        var rows = await ReadAsync("source_record_id,full_name,valid_to,resident_id,valid_from,source_updated_at\r\nr1,赵一,,110101199001010010,2020-01-01,2024-05-06T07:08:09Z\r\n");

        var record = Assert.Single(rows).Record;
        Assert.Equal(new PopulationPerson { ResidentId = "110101199001010010", FullName = "赵一" }, record.PopulationPerson);
        Assert.Equal(("r1", "2020-01-01", "", "2024-05-06T07:08:09Z"), (record.SourceRecordId, record.ValidFrom, record.ValidTo, record.SourceUpdatedAt));
    }

    [Fact]
    public async Task Read_QuotesCommasAndLineBreaks_KeepValuesAndLines()
    {
        var rows = await ReadAsync("full_name,domicile_address\n\"a\"\"b\",\"x,\r\ny\"\n\n 赵 ,z");

        Assert.Equal(["a\"b", " 赵 "], rows.Select(row => row.Record.PopulationPerson.FullName));
        Assert.Equal(["x,\r\ny", "z"], rows.Select(row => row.Record.PopulationPerson.DomicileAddress));
        Assert.Equal([2, 5], rows.Select(row => row.Line));
    }

    [Fact]
    public async Task Read_Owners_AreMembersWithParts()
    {
        var file = await _folder.CheckAsync("unit_code,owners\nu1,赵一|111|110|1/2;钱二|111|220;\nu2,"u8.ToArray(), "real_property_right");

        var rows = await ReadAsync(file);

        PropertyOwner[] owners = [new() { Name = "赵一", IdType = "111", IdNo = "110", Share = "1/2" }, new() { Name = "钱二", IdType = "111", IdNo = "220" }];
        Assert.Equal(owners, rows[0].Record.RealPropertyRight.Owners);
        Assert.Empty(rows[1].Record.RealPropertyRight.Owners);
    }

    [Theory]
    [InlineData("population_person", "resident_id")]
    [InlineData("legal_entity", "uscc")]
    [InlineData("real_property_right", "unit_code")]
    [InlineData("insurance_participation", "person_no")]
    public async Task Read_EachResource_FillsItsBody(string resource, string column)
    {
        var rows = await ReadAsync(await _folder.CheckAsync(Encoding.UTF8.GetBytes($"{column}\nv\n"), resource, column));

        Assert.Equal(resource, Record.Descriptor.FindFieldByNumber((int)Assert.Single(rows).Record.BodyCase).Name);
    }

    [Theory]
    [InlineData("GB18030")]
    [InlineData("utf-16LE")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public async Task Read_AnyEncodingWithMark_GivesTheSameText(string name)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var file = await _folder.CheckAsync(encoding.GetBytes("\ufefffull_name,former_name\n赵𠮷㐂,钱二孙三李四\n"));

        var person = Assert.Single(await ReadAsync(file)).Record.PopulationPerson;

        Assert.Equal(("赵𠮷㐂", "钱二孙三李四"), (person.FullName, person.FormerName));
    }

    [Fact]
    public async Task Check_GoodFile_TellsRowsAndDigest()
    {
        var file = await _folder.CheckAsync("full_name\na\nb\n"u8.ToArray());

        Assert.Equal(2, file.Rows);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData("full_name\na\nb\n"u8), file.Digest.ToArray());
    }

    [Theory]
    [InlineData("full_name,nonsense\na,SECRETVALUE", "CSV_COLUMN_UNKNOWN", "line 1, column 2")]
    [InlineData("full_name,SECRETVALUE\na,b", "CSV_COLUMN_UNKNOWN", "line 1, column 2")]
    [InlineData("SECRETVALUE,x\na,b", "CSV_HEADER", "line 1")]
    [InlineData("full_name,gender,full_name\na,b,c", "CSV_COLUMN_TWICE", "column 3: full_name")]
    [InlineData("full_name,gender\na,b\nSECRETVALUE\nc,d\ne,f,g\n", "CSV_ROW_WIDTH", "line 3, 5: 2 rows")]
    [InlineData("full_name,gender\na,b\nc,\"SECRETVALUE\nd,e\n", "CSV_QUOTE", "line 3")]
    [InlineData("full_name,gender\na,b\nc,\"SECRET\"VALUE\n", "CSV_QUOTE", "line 3")]
    [InlineData("full_name,gender\na,b\nc\"SECRETVALUE,d\n", "CSV_QUOTE", "line 3")]
    [InlineData("full_name,gender\na,b\n\nc,SECRET\0VALUE\n", "CSV_NUL", "line 4, column gender")]
    [InlineData("\n\n", "CSV_HEADER", "line 1")]
    public async Task Check_BadForm_NamesFileLineAndColumnAndNoValue(string text, string code, string place)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => _folder.CheckAsync(text));

        Assert.Equal(code, fault.Code);
        Assert.StartsWith("persons.csv, line", fault.Message, StringComparison.Ordinal);
        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public async Task Check_ManyRowsOfWrongWidth_ShowsTheFirstFive()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => _folder.CheckAsync("full_name\n" + string.Concat(Enumerable.Repeat("a,b\n", 9))));

        Assert.Contains("line 2, 3, 4, 5, 6 and more: 9 rows", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_RequiredColumnMissing_IsNamed()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => _folder.CheckAsync("full_name\na"u8.ToArray(), "population_person", "resident_id", "full_name", "gender"));

        Assert.Equal(("CSV_COLUMN_MISSING", "resident_id"), (fault.Code, fault.Field));
        Assert.Contains("without resident_id, gender,", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OwnerWithTooManyParts_IsRefused()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => _folder.CheckAsync("unit_code,owners\nu,a|b|c|d|e"u8.ToArray(), "real_property_right"));

        Assert.Equal(("CSV_LIST", "owners"), (fault.Code, fault.Field));
    }

    [Theory]
    [InlineData((1 << 20) + 1, 0, "CSV_FIELD_SIZE")]
    [InlineData(600_000, 600_000, "CSV_ROW_SIZE")]
    [InlineData(9_000_000, 0, "CSV_ROW_SIZE")]
    public async Task Check_TooLarge_IsRefused(int first, int second, string code)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() =>
            _folder.CheckAsync($"full_name,gender\na,b\n{new string('x', first)},{new string('y', second)}\nc,d\n"));

        Assert.Equal(code, fault.Code);
        Assert.StartsWith("persons.csv, line 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoFile_IsRefused()
    {
        var path = _folder.PathOf("none.csv");

        Assert.Equal("CSV_FILE_MISSING", await CodeOf(path, "population_person"));
    }

    [Fact]
    public async Task Check_Folder_IsRefused()
    {
        Directory.CreateDirectory(_folder.PathOf("d.csv"));

        Assert.Equal("CSV_FILE_UNREADABLE", await CodeOf(_folder.PathOf("d.csv"), "population_person"));
    }

    [Fact]
    public async Task Check_EmptyFile_IsRefused() => Assert.Equal("CSV_EMPTY", await CodeOf(_folder.Write("e.csv", ""), "population_person"));

    [Fact]
    public async Task Check_UnknownResource_IsRefused() => Assert.Equal("RESOURCE_UNKNOWN", await CodeOf(_folder.Write("e.csv", "a"), "weather"));

    [Theory]
    [InlineData("full_name\nb\n")]
    [InlineData("full_name\na\nb\n")]
    [InlineData("gender,x\na,c\n")]
    public async Task Read_FileChangedSinceTheCheck_Ends(string later)
    {
        var file = await _folder.CheckAsync("full_name\na\n");
        _folder.Write("persons.csv", later);

        Assert.Equal("CSV_CHANGED", (await Assert.ThrowsAsync<FaultException>(() => ReadAsync(file))).Code);
    }

    private async Task<List<CsvRow>> ReadAsync(string text) => await ReadAsync(await _folder.CheckAsync(text));

    private static async Task<List<CsvRow>> ReadAsync(CsvFile file) =>
        await file.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    private static async Task<string> CodeOf(string path, string resource) =>
        (await Assert.ThrowsAsync<FaultException>(() => CsvFile.CheckAsync(path, resource, [], null, TestContext.Current.CancellationToken))).Code;
}
