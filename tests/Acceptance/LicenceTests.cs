using System.Diagnostics;
using DataHub.Acceptance.Tests.Support;
using DataHub.Cli;
using DataHub.Cli.Demo;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DataHub.Acceptance.Tests;

/// <summary>A licence's life, with the openssl program as the independent judge.</summary>
[Collection(TownHubCollection.Name)]
public sealed class LicenceTests(TownHub hub) : IDisposable
{
    private readonly HubConnection _issuer = hub.As(DemoSystems.Issuer);
    private readonly HubConnection _approval = hub.As(DemoSystems.Approval);
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _issuer.Dispose();
        _approval.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Licence_FromMintToRevocation_IsWhatTheHubSaysItIs()
    {
        var minted = await LicenceCalls.MintAsync(_issuer, hub.Town.Cases.Builder);
        var valid = await LicenceCalls.VerifyAsync(_approval, minted.Document);
        Assert.True(valid.Accepted);
        Assert.Equal(LicenceState.Valid, valid.Status.State);

        var revoked = await _issuer.Licences.RevokeAsync(LicenceCalls.RevocationOf(minted.LicenceId), cancellationToken: Token);
        Assert.Equal(LicenceState.Revoked, revoked.State);
        var after = await LicenceCalls.VerifyAsync(_approval, minted.Document);
        Assert.False(after.Accepted);
        Assert.Equal(["revoked"], after.Reasons);
        Assert.Equal(revoked, after.Status);

        var twice = await Refusal.OfAsync(_issuer.Licences.RevokeAsync(LicenceCalls.RevocationOf(minted.LicenceId), cancellationToken: Token));
        Assert.Equal((StatusCode.FailedPrecondition, "LICENCE_STATE"), (twice.Code, twice.Reason));
    }

    [Fact]
    public async Task Mint_SameOrderTwice_GivesTheSameLicence()
    {
        var order = LicenceCalls.OrderFor(hub.Town.Cases.Builder);
        var first = await _issuer.Licences.MintAsync(order, cancellationToken: Token);
        var second = await _issuer.Licences.MintAsync(order, cancellationToken: Token);
        Assert.Equal((false, true, first.Document), (first.Repeated, second.Repeated, second.Document));

        order.Fields["trade"] = "建筑架子工";
        var other = await Refusal.OfAsync(_issuer.Licences.MintAsync(order, cancellationToken: Token));
        Assert.Equal((StatusCode.AlreadyExists, "LICENCE_EXISTS"), (other.Code, other.Reason));
    }

    [Fact]
    public async Task OpenSsl_DocumentAsMinted_Verifies()
    {
        LicenceFolder.Write(_folder.Path, (await LicenceCalls.MintAsync(_issuer, hub.Town.Cases.Builder)).Document);
        foreach (var command in LicenceFolder.Commands)
        {
            var (exitCode, output) = await RunAsync(command);
            Assert.True(exitCode == 0, $"{command}: {output}");
        }
    }

    [Theory]
    [InlineData("document.json")]
    [InlineData("signature.der")]
    public async Task OpenSsl_OneByteChanged_Refuses(string file)
    {
        LicenceFolder.Write(_folder.Path, (await LicenceCalls.MintAsync(_issuer, hub.Town.Cases.Builder)).Document);
        var bytes = await File.ReadAllBytesAsync(_folder.Sub(file), Token);
        bytes[^8] ^= 1;
        await File.WriteAllBytesAsync(_folder.Sub(file), bytes, Token);

        Assert.Equal(0, (await RunAsync(LicenceFolder.Commands[0])).ExitCode);
        var (exitCode, output) = await RunAsync(LicenceFolder.Commands[^1]);
        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("Verified OK", output, StringComparison.Ordinal);
        Assert.False((await LicenceCalls.VerifyAsync(_approval, LicenceFolder.Read(_folder.Path))).Accepted);
    }

    [Fact]
    public async Task Verify_AnyByteOfTheDocumentChanged_IsNeverAccepted()
    {
        var document = (await LicenceCalls.MintAsync(_issuer, hub.Town.Cases.Builder)).Document;
        for (var offset = 0; offset < document.Document.Length; offset += 37)
        {
            var bytes = document.Document.ToByteArray();
            bytes[offset] ^= 1;
            var changed = document.Clone();
            changed.Document = ByteString.CopyFrom(bytes);
            Assert.False((await LicenceCalls.VerifyAsync(_approval, changed)).Accepted, $"byte {offset}");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output + await errors);
    }
}
