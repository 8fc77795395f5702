using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.RawHttp2;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Peers without a certificate, who can only enrol: more of them than have places, and guesses at enrolment tokens.</summary>
internal static class Strangers
{
    // As the hub comes: Hub:Connections:MostAnonymous, MostAnonymousPerAddress, and ten wrong tokens from an address in ten minutes.
    private const int MostOfAll = 100;
    private const int MostOfAnAddress = 16;
    private const int MostGuesses = 10;

    private const int PerAddress = 20;
    private const int AtOnce = 8;
    private const int Rounds = 3;

    // Addresses that nobody else of the row comes from.
    private const int FirstOfTheFlood = 500;
    private const int FirstGuesser = 1_000;
    private const int FirstNewcomer = 1_500;

    private const string Refused = "200/16 CERTIFICATE_REQUIRED";

    // A connection without a place is closed once it has waited for one, 5 s.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Connections from many addresses that make a call and stay: few keep their place, and none for long.</summary>
    public static async Task FloodAsync(AttackField field)
    {
        var strangers = new Stranger?[field.Count(600, least: 140)];
        await Calls.EachAsync(field, strangers.Length, AtOnce, async i => strangers[i] = await ComeAsync(field, i / PerAddress));
        await Task.Delay(Settled, field.Stop);

        // Nobody waits any more, so that from here on places only become free.
        var kept = strangers.OfType<Stranger>().Where(stranger => !stranger.Peer.Closed.IsCompleted).ToList();
        field.Tally.Answered("connections without a certificate kept for a while", kept.Count);
        WrongIf(field, kept.Count > MostOfAll, $"{kept.Count} connections without a certificate were kept");
        foreach (var ofAddress in kept.CountBy(stranger => stranger.Address).Where(count => count.Value > MostOfAnAddress))
        {
            field.Tally.Wrong($"{ofAddress.Value} connections without a certificate from one address were kept");
        }

        field.Tally.Sent("newcomers who want to enrol beside them");
        field.Tally.Answered(await RootsAsync(field, FirstNewcomer), "a newcomer beside those who hold all places", "200/0");
        await Task.WhenAny(Task.WhenAll(kept.Select(stranger => stranger.Peer.Closed)), Task.Delay(field.Times.Anonymous + Patience, field.Stop));
        foreach (var stranger in strangers)
        {
            await EndAsync(field, stranger);
        }
    }

    /// <summary>Wrong tokens, from each address more than it may show; whoever comes from another is served meanwhile.</summary>
    public static Task GuessAsync(AttackField field)
    {
        var request = CertificateRequest();
        return Calls.EachAsync(field, field.Count(40, least: 3), 4, async guesser =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await GuessAsync(field, FirstGuesser + guesser, request, round == 0 ? "200/16 ENROLMENT_TOKEN_UNKNOWN" : "200/8 ENROLMENT_GUESSING");
                field.Tally.Sent("newcomers who want to enrol beside them");
                field.Tally.Answered(await RootsAsync(field, FirstNewcomer + guesser), "a newcomer beside those who guess", "200/0");
            }
        });
    }

    // Well-formed tokens that nobody gave out, on a connection short enough to live.
    private static async Task GuessAsync(AttackField field, int address, byte[] request, string right)
    {
        try
        {
            await using var peer = await field.ConnectAsync(address, certificate: null);
            for (var i = 0; i < MostGuesses; i++)
            {
                var token = "dhe_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
                var reply = await peer.RequestAsync(2 * i + 1, Requests.Headers(Requests.Enrol), Requests.Framed(new EnrolRequest { Token = token, Pkcs10 = ByteString.CopyFrom(request) }));
                field.Tally.Sent("wrong enrolment tokens");
                await reply.Ended.WaitAsync(Patience, field.Stop);
                field.Tally.Answered(Answers.Of(reply), "a wrong enrolment token", right);
            }
        }
        catch (Exception e) when (AttackField.IsHangup(e) || e is TimeoutException)
        {
            field.Tally.Wrong($"an enrolment got no answer: {e.Message}");
        }
    }

    // What everybody asks first who comes to enrol.
    private static async Task<string> RootsAsync(AttackField field, int address)
    {
        try
        {
            await using var peer = await field.ConnectAsync(address, certificate: null);
            var reply = await peer.RequestAsync(1, Requests.Headers(Requests.Roots), Requests.Empty);
            await reply.Ended.WaitAsync(Patience, field.Stop);
            return Answers.Of(reply);
        }
        catch (Exception e) when (AttackField.IsHangup(e))
        {
            return "closed";
        }
        catch (TimeoutException)
        {
            return "neither answered nor closed";
        }
    }

    private static async Task<Stranger?> ComeAsync(AttackField field, int number)
    {
        var address = FirstOfTheFlood + number;
        field.Tally.Sent("connections without a certificate at once");
        try
        {
            var peer = await field.ConnectAsync(address, certificate: null);
            try
            {
                return new Stranger(address, peer, await peer.RequestAsync(1, Requests.Headers(Requests.Health), Requests.Empty));
            }
            catch
            {
                await peer.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (AttackField.IsHangup(e))
        {
            return null;
        }
    }

    private static async Task EndAsync(AttackField field, Stranger? stranger)
    {
        var outcome = stranger is null ? "closed" : stranger.Reply.Ended.IsCompleted ? Answers.Of(stranger.Reply) : "neither answered nor closed";
        field.Tally.Answered(outcome, "a call without a certificate", Refused, "closed");
        if (stranger is not null)
        {
            WrongIf(field, !stranger.Peer.Closed.IsCompleted, "a connection without a certificate was never closed");
            await stranger.Peer.DisposeAsync();
        }
    }

    private static byte[] CertificateRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    private static void WrongIf(AttackField field, bool isWrong, string what)
    {
        if (isWrong)
        {
            field.Tally.Wrong(what);
        }
    }

    private sealed record Stranger(int Address, Http2Peer Peer, Http2Reply Reply);
}
