using System.Buffers;
using DataHub.Host.Connections;
using DataHub.RawHttp2;
using DataHub.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Host.Tests.Connections;

/// <summary>The parts of the guard, without a network.</summary>
public sealed class GuardPartsTests
{
    [Fact]
    public void Scanner_OfFramesCutIntoAnyPieces_CountsTheSame() => Prop.ForAll<(byte Type, byte Flags, byte Length)[], PositiveInt>((frames, piece) =>
    {
        byte[] bytes =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. frames.SelectMany(frame => Frames.Frame((FrameType)(frame.Type % 12), frame.Flags, 1, Enumerable.Repeat((byte)6, frame.Length).ToArray())),
        ];
        var scanner = new FrameScanner();
        var counted = bytes.Chunk(piece.Get).Select(part => scanner.Scan(new ReadOnlySequence<byte>(part))).ToList();
        return counted.Sum(part => part.Resets) == frames.Count(frame => frame.Type % 12 == 3) && counted.Sum(part => part.Idle) == frames.Count(frame => (frame.Type % 12) switch
        {
            0 => frame.Length == 0 && (frame.Flags & 1) == 0,
            9 => frame.Length == 0 && (frame.Flags & 4) == 0,
            2 or 4 or 6 or >= 10 => true,
            _ => false,
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Budget_OfASecond_IsThereAgainInTheNext()
    {
        var time = new ManualTime();
        var budget = new FrameBudget(perSecond: 2, time);

        Assert.True(budget.TrySpend(2));
        Assert.False(budget.TrySpend(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TrySpend(2));
        budget.Earn();
        Assert.True(budget.TrySpend(1));
        Assert.False(budget.TrySpend(1));
    }

    [Fact]
    public void Rate_OfAPeer_FillsUpSteadilyToItsBurst()
    {
        var time = new ManualTime();
        var rate = new ConnectRate(burst: 3, perSecond: 2, time);
        var peer = "192.0.2.1";

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rate.TryConnect(peer)));
        Assert.True(rate.TryConnect("192.0.2.2"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => rate.TryConnect(peer)));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rate.TryConnect(peer)));
    }
}
