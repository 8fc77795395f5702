using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Attackers who send their share of frames on a connection after the other: when the hub closes one, they come again.</summary>
internal static class Flood
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // What the hub keeps from coming is not sent later either.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <param name="field">The field.</param>
    /// <param name="attackers">How many, each with an address and a certificate of its own.</param>
    /// <param name="total">Pieces that all send together.</param>
    /// <param name="what">Name of a piece.</param>
    /// <param name="chunk">Bytes to write next and the pieces in them: by attacker and number of the write on its connection.</param>
    public static Task RunAsync(AttackField field, int attackers, int total, string what, Func<int, int, (byte[] Bytes, int Pieces)> chunk) =>
        Task.WhenAll(Enumerable.Range(0, attackers).Select(attacker => new One(field, attacker, total / attackers, what, chunk).RunAsync()));

    private sealed class One(AttackField field, int attacker, int share, string what, Func<int, int, (byte[] Bytes, int Pieces)> chunk)
    {
        private int _sent;

        public async Task RunAsync()
        {
            while (_sent < share && field.Pace.Elapsed < Longest)
            {
                try
                {
                    await using var peer = await field.ConnectAsync(attacker);
                    await SendAsync(peer);
                    field.Tally.Answered(await IsClosedAsync(peer) ? "connections closed" : "connections left open");
                }
                catch (Exception e) when (AttackField.IsHangup(e))
                {
                    field.Tally.Answered("connections refused");
                }

                await Task.Delay(Pause, field.Stop);
            }
        }

        private async Task SendAsync(Http2Peer peer)
        {
            try
            {
                for (var i = 0; _sent < share && !peer.Closed.IsCompleted; i++)
                {
                    await field.Pace.WaitAsync(field.Stop);
                    var (bytes, pieces) = chunk(attacker, i);
                    await peer.WriteAsync(bytes);
                    _sent += pieces;
                    field.Tally.Sent(what, pieces);
                }
            }
            catch (Exception e) when (AttackField.IsHangup(e))
            {
                // Seen below.
            }
        }

        private static async Task<bool> IsClosedAsync(Http2Peer peer) => await Task.WhenAny(peer.Closed, peer.GoneAway, Task.Delay(TimeSpan.FromSeconds(2))) is var first && first == peer.Closed || first == peer.GoneAway;
    }
}
