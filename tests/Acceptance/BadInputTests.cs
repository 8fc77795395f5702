using System.Net;
using System.Net.Sockets;
using DataHub.Acceptance.Tests.Support;

namespace DataHub.Acceptance.Tests;

/// <summary>
/// Bad input on the command line: one line on standard error that says what is wrong and what would help, an exit code other than 0, and
/// nothing done by halves.
/// </summary>
[Collection(TownHubCollection.Name)]
public sealed class BadInputTests(TownHub hub) : IDisposable
{
    private const string Resource = "population_person";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Push_FileInNoKnownEncoding_SaysWhere() =>
        await PushRefusedAsync(Resource, await ChangedAsync(bytes => [.. bytes, 0xFF, 0xFF, (byte)'\n']), "CSV_ENCODING", "line ", "is not UTF-8", "GB18030", "save the file again");

    [Fact]
    public async Task Push_RowWithTooFewColumns_SaysWhichLine() =>
        await PushRefusedAsync(Resource, await ChangedAsync(bytes => [.. bytes, .. "1,2,3\n"u8]), "CSV_ROW_WIDTH", "line 503", "columns of the header");

    [Fact]
    public async Task Push_ColumnMissing_NamesIt()
    {
        var path = _folder.Sub("short.csv");
        await File.WriteAllTextAsync(path, "resident_id,full_name\n330382199001011234,某某\n", Token);
        await PushRefusedAsync(Resource, path, "CSV_COLUMN_MISSING", "domicile_address");
    }

    [Fact]
    public Task Push_UnknownResource_SaysSo() => PushRefusedAsync("no_such_resource", hub.FileOf(Resource), "RESOURCE_UNKNOWN", "no_such_resource");

    [Fact]
    public Task Push_FileThatIsNotThere_SaysSo() => PushRefusedAsync(Resource, _folder.Sub("absent.csv"), "CSV_FILE_MISSING", "absent.csv");

    [Fact]
    public async Task Push_FileOfAnotherResource_SaysWhichColumnIsUnknown() =>
        await PushRefusedAsync(Resource, hub.FileOf("legal_entity"), "CSV_COLUMN_UNKNOWN", "line 1");

    [Fact]
    public Task Push_NoHubRunning_SaysHowToStartOne() =>
        RefusedAsync(["push", Resource, hub.FileOf(Resource), "--data", _folder.Sub("empty")], "HUB_NOT_RUNNING", "./hub serve");

    [Fact]
    public async Task Ask_WrongNumber_IsRefusedWithoutRepeatingIt()
    {
        string[] purpose = ["--item", Questions.Purpose.ServiceItemCode, "--case", "C-1", "--basis", "第三十八条"];
        var errors = await RefusedAsync(["ask", "330382199001011239", Resource, "person", "--data", hub.DataFolder, .. purpose], "SUBJECT_ID", "subject.id");
        Assert.DoesNotContain("330382199001011239", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type_code: [unclosed")]
    [InlineData("no_such_property: 1")]
    public async Task Mint_OrderThatIsNoOrder_SaysWhere(string yaml)
    {
        var order = _folder.Sub("order.yaml");
        await File.WriteAllTextAsync(order, yaml, Token);
        await RefusedAsync(["licence", "mint", order, _folder.Sub("out"), "--data", hub.DataFolder], "ORDER_FILE", "order.yaml, line ");
    }

    [Fact]
    public async Task Serve_PortInUse_OffersAnother()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusedAsync(["serve", "--data", _folder.Sub("hub"), "--port", $"{port}"], "PORT_IN_USE", $"Port {port}", "--port");
        Assert.Equal([], Servers.On(_folder.Path));
        Assert.False(File.Exists(_folder.Sub("hub", "running.json")));
    }

    [Fact]
    public async Task Serve_FolderOfAnotherFormat_NamesBoth()
    {
        await WriteAsync("""{"Format":2,"Hub":"qinghe"}""", "hub", "hub.json");
        await RefusedAsync(["serve", "--data", _folder.Sub("hub")], "DATA_FOLDER_VERSION", "format 2", "--data");
        Assert.Equal([_folder.Sub("hub", "hub.json")], Directory.GetFileSystemEntries(_folder.Sub("hub")));
    }

    [Fact]
    public async Task Serve_FolderWithADamagedHubFile_SaysSo()
    {
        await WriteAsync("{bad", "hub", "hub.json");
        await RefusedAsync(["serve", "--data", _folder.Sub("hub")], "DATA_FOLDER_DAMAGED", "hub.json", "--data");
    }

    [Fact]
    public async Task Serve_DatabaseOfAnotherFormat_NamesBoth()
    {
        await WriteAsync("datahub 99\n", "hub", "database", "format");
        await RefusedAsync(["serve", "--data", _folder.Sub("hub")], "DATA_FOLDER_VERSION", "datahub 99", "another folder");
        Assert.Equal([], Servers.On(_folder.Path));
    }

    [Fact]
    public async Task Serve_ClusterOfAnotherMajor_SaysWhatToInstall()
    {
        await WriteAsync("datahub 1\n", "hub", "database", "format");
        await WriteAsync("9\n", "hub", "database", "postgres", "PG_VERSION");
        await RefusedAsync(["serve", "--data", _folder.Sub("hub")], "DATA_FOLDER_VERSION", "PostgreSQL 9", "postgresql-9");
        Assert.Equal([], Servers.On(_folder.Path));
    }

    [Fact]
    public async Task Serve_FolderHeldByAnotherHub_LeavesThatOneAlone()
    {
        var before = await hub.Database.TracesAsync();
        await RefusedAsync(["serve", "--data", hub.DataFolder], "DATA_FOLDER_IN_USE", "stop that one");
        Assert.True(File.Exists(Path.Combine(hub.DataFolder, "running.json")));
        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    [Fact]
    public Task Serve_FolderOfAnotherHub_NamesBoth() =>
        RefusedAsync(["serve", "--data", hub.DataFolder, "--name", "other"], "DATA_FOLDER_OTHER_HUB", "qinghe", "other");

    [Fact]
    public Task Serve_FolderThatCannotBeMade_SaysSo() => RefusedAsync(["serve", "--data", "/proc/hub"], "FILE_UNUSABLE", "/proc/hub");

    [Fact]
    public Task Serve_NameThatIsNoName_SaysWhatIs() => RefusedAsync(["serve", "--data", _folder.Sub("hub"), "--name", "Bad Name"], "HUB_NAME", "a-z");

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=a;NoSuchWord=1")]
    public Task Serve_ConnectionStringThatIsNone_SaysSo(string database) =>
        RefusedAsync(["serve", "--data", _folder.Sub("hub"), "--database", database], "OPTION_INVALID", "--database");

    [Fact]
    public Task Serve_DatabaseAway_SaysSo() =>
        RefusedAsync(["serve", "--data", _folder.Sub("hub"), "--database", $"Host={_folder.Path};Database=x"], "DATABASE_AWAY", "cannot be reached");

    // A file system of its own hides the distribution's PostgreSQL from this one process; it runs as nobody.
    [Fact]
    public async Task Serve_NoPostgresAndNoRoot_SaysWhatToInstall()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may give a process a file system of its own.");
        var folder = Directory.CreateDirectory(_folder.Sub("hub"), (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        const string Hidden = """mount -t tmpfs none /usr/lib/postgresql && exec setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@" """;
        await using var process = HubProcess.StartThrough(
            ["unshare", "--mount", "sh", "-c", Hidden, "sh"],
            new Dictionary<string, string> { ["HOME"] = folder.FullName, ["DOTNET_CLI_HOME"] = folder.FullName },
            ["serve", "--data", folder.FullName]);
        await RefusedAsync(process, "POSTGRES_MISSING", "apt-get install -y postgresql");
        Assert.Equal(["hub.json", "systems"], Directory.GetFileSystemEntries(folder.FullName).Select(Path.GetFileName).Where(name => !name!.StartsWith('.')).Order(StringComparer.Ordinal));
    }

    private async Task PushRefusedAsync(string resource, string file, string code, params string[] words)
    {
        var before = await hub.Database.TracesAsync();
        await RefusedAsync(["push", resource, file, "--data", hub.DataFolder], code, words);
        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    private static async Task<string> RefusedAsync(string[] arguments, string code, params string[] words)
    {
        await using var process = HubProcess.Start(arguments);
        return await RefusedAsync(process, code, words);
    }

    private static async Task<string> RefusedAsync(HubProcess process, string code, params string[] words)
    {
        var exitCode = await process.ExitAsync();
        var line = Assert.Single(process.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("hub: ", line, StringComparison.Ordinal);
        Assert.EndsWith($"[{code}]", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
        return process.Errors + process.Output;
    }

    private async Task<string> ChangedAsync(Func<byte[], byte[]> change)
    {
        var path = _folder.Sub("changed.csv");
        await File.WriteAllBytesAsync(path, change(await File.ReadAllBytesAsync(hub.FileOf(Resource), Token)), Token);
        return path;
    }

    private async Task WriteAsync(string text, params string[] parts)
    {
        var path = _folder.Sub(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Token);
    }
}
