using System.Diagnostics;
using DataHub.Acceptance.Tests.Support;
using DataHub.Cli.Demo;
using DataHub.Town;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Acceptance.Tests;

/// <summary>Nothing about a person stands in clear: not in a dump of the database, not in its files, not in what the hub logs.</summary>
[Collection(TownHubCollection.Name)]
public sealed class LeakTests(TownHub hub)
{
    private static readonly string[] MayBeAWord = ["full_name", "former_name", "name", "legal_rep_name", "contact_name"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_AfterAllItsWork_HoldsNoPersonalDataInClear()
    {
        await WorkAsync();
        using var folder = new TempFolder();
        var dump = folder.Sub("dump.sql");
        await DumpAsync(dump);
        await CheckpointAsync();
        // The hub's lock is empty and cannot be opened by anybody else.
        var files = Directory.EnumerateFiles(Path.Combine(hub.DataFolder, "database"), "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length > 0).Prepend(dump).ToList();
        var personal = await NeedlesAsync();

        var found = files.SelectMany(file => FindIn(personal, file)).ToList();
        Assert.True(found.Count == 0, string.Join('\n', found.Take(20)));
        Assert.True(personal.Count > 5_000);

        // The same eyes see what is there: a company is public.
        var company = ByteScanner.ForTexts([hub.Town.Cases.LegalRep.Uscc, hub.Town.Cases.LegalRep.CompanyName]);
        Assert.Equal(2, company.FindInFile(dump).Count);
        Assert.Equal(2, files.Skip(1).SelectMany(file => FindIn(company, file)).Select(line => line[(line.LastIndexOf(' ') + 1)..]).Distinct().Count());
    }

    [Fact]
    public async Task Logs_AtTheirMostVerbose_HoldNoPersonalData()
    {
        await WorkAsync();
        Assert.Contains("VerificationService/Verify", hub.Said, StringComparison.Ordinal);
        var found = (await NeedlesAsync()).FindIn(hub.Said);
        Assert.True(found.Count == 0, string.Join('\n', found.Take(20)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Scanner_NumberInsideABase64Text_IsFound(int before)
    {
        var value = new PersonalValue("test", "330382199001011234", IsNumber: true);
        var scanner = new ByteScanner(PersonalValues.FormsOf(value).Select(form => (form.Bytes, form.Form)));
        var text = Convert.ToBase64String([.. new byte[before], .. System.Text.Encoding.UTF8.GetBytes("{\"" + value.Text + "\"}")]);
        Assert.Equal(["base64"], scanner.FindIn(text));
        Assert.Equal(["hex"], scanner.FindIn(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(value.Text))));
    }

    // One of everything that handles a person, refusals included.
    private async Task WorkAsync()
    {
        using var approval = hub.As(DemoSystems.Approval);
        using var issuer = hub.As(DemoSystems.Issuer);
        var person = hub.Town.Cases.Builder;
        await approval.Verification.VerifyAsync(Questions.IsCalled(person, person.Name), cancellationToken: Token);
        await approval.Verification.VerifyAsync(Questions.OwnsProperty(hub.Town.Cases.PropertyOwner.Person), cancellationToken: Token);
        await approval.Verification.VerifyAsync(Questions.IsInBusiness(hub.Town.Cases.SoleTrader.Uscc), cancellationToken: Token);
        await Refusal.OfAsync(approval.Verification.VerifyAsync(Questions.IsCalled(person.Id[..17] + "Z", person.Name), cancellationToken: Token));
        await Refusal.OfAsync(approval.Licences.RevokeAsync(LicenceCalls.RevocationOf(person.Id), cancellationToken: Token));
        await Assert.ThrowsAsync<RpcException>(async () => await approval.Catalog.SearchAsync(new SearchRequest { Query = new string('长', 300) }, cancellationToken: Token));

        var minted = await LicenceCalls.MintAsync(issuer, person);
        await LicenceCalls.VerifyAsync(approval, minted.Document);
        await issuer.Licences.RevokeAsync(
            new RevokeRequest { LicenceId = minted.LicenceId, Reason = $"{person.Name} {person.Id}", Basis = "行政许可法第六十九条" }, cancellationToken: Token);
    }

    private async Task<ByteScanner> NeedlesAsync()
    {
        var texts = new List<string> { await File.ReadAllTextAsync(TownHub.DirectoryFile, Token) };
        var values = new List<PersonalValue>();
        foreach (var (resource, entry) in hub.Entries)
        {
            var (personal, open) = await PersonalValues.ReadAsync(hub.FileOf(resource), entry);
            values.AddRange(personal);
            texts.AddRange(open);
        }

        // What is public by its own declaration says nothing about a person: the employer and the owner that are companies, a name that is also a word.
        var known = string.Join('\n', texts);
        var secret = values.Where(value => !known.Contains(value.Text, StringComparison.Ordinal)).ToList();
        Assert.All(values.Except(secret), value => Assert.True(IsOfACompany(value) || MayBeAWord.Contains(value.Item.Split('.')[^1]), $"{value.Item} is public"));
        Assert.InRange(secret.Count, values.Count * 8 / 10, values.Count);
        Assert.Superset(Numbers(hub.Town.Cases), secret.Select(value => value.Text).ToHashSet(StringComparer.Ordinal));
        return new ByteScanner(secret.SelectMany(value => PersonalValues.FormsOf(value).Select(form => (form.Bytes, $"{value.Item} {form.Form}"))));
    }

    private static bool IsOfACompany(PersonalValue value) => value.Item.StartsWith("insurance_participation.employer", StringComparison.Ordinal)
        || value.Item is "real_property_right.owners.name" or "real_property_right.owners.id_no";

    private static HashSet<string> Numbers(TownCases cases) =>
        [cases.PropertyOwner.Person.Id, cases.CoOwners.First.Id, cases.LegalRep.Person.Id, cases.SoleTrader.Uscc, cases.Builder.Id, cases.PropertyOwner.CertificateNo, cases.PropertyOwner.Location];

    // The caches of its catalogue a running PostgreSQL deletes and writes again at any moment.
    private static IEnumerable<string> FindIn(ByteScanner scanner, string file)
    {
        try
        {
            return scanner.FindInFile(file).Select(meaning => $"{file}: {meaning}");
        }
        catch (FileNotFoundException) when (Path.GetFileName(file) == "pg_internal.init")
        {
            return [];
        }
    }

    private async Task DumpAsync(string path)
    {
        using var dump = Process.Start(new ProcessStartInfo(hub.Database.Program("pg_dump"), [.. hub.Database.Address, "-f", path]))!;
        await dump.WaitForExitAsync(Token);
        Assert.Equal(0, dump.ExitCode);
        Assert.Contains("COPY datahub.mt_events", await File.ReadAllTextAsync(path, Token), StringComparison.Ordinal);
    }

    // So that the files hold what memory holds.
    private async Task CheckpointAsync()
    {
        await using var connection = await hub.Database.ConnectAsync();
        await using var checkpoint = new Npgsql.NpgsqlCommand("checkpoint", connection);
        await checkpoint.ExecuteNonQueryAsync(Token);
    }
}
