using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Tests.Framing;

/// <summary>The parts of the protocol that are only bytes and text.</summary>
public sealed class FramingTests
{
    [Fact]
    public void PercentEncoding_OfAnyText_ComesBackAndIsPrintableAscii() => Prop.ForAll<NonNull<string>>(text =>
    {
        var wellFormed = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]) + "%😀证";
        var encoded = PercentEncoding.Encode(wellFormed);
        return encoded.All(c => c is >= ' ' and <= '~') && PercentEncoding.Decode(encoded) == wellFormed;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%e8%af%81", "证")]
    public void PercentDecoding_OfInvalidEscapes_LeavesThem(string encoded, string expected) => Assert.Equal(expected, PercentEncoding.Decode(encoded));

    [Fact]
    public void Timeout_OfAnyLength_IsNeverShortened() => Prop.ForAll<long>(ticks =>
    {
        var timeout = TimeSpan.FromTicks((ticks & long.MaxValue) % DateTime.MaxValue.Ticks);
        var text = GrpcTimeout.Format(timeout);
        return GrpcTimeout.TryParse(text, out var parsed) && parsed >= timeout && text.Length <= 9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void DeadlineAfter_MoreThanTheCalendarHolds_IsItsEnd() =>
        Assert.Equal(DateTime.MaxValue, GrpcTimeout.DeadlineAfter(TimeSpan.FromHours(99_999_999), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)));

    [Fact]
    public void BinaryHeader_OfAnyBytes_ComesBackWithAndWithoutPadding() => Prop.ForAll<byte[]>(bytes =>
    {
        var metadata = new Metadata();
        BinaryHeader.AddTo(metadata, "k-bin", $"{BinaryHeader.Encode(bytes)}, {Convert.ToBase64String(bytes)}");
        return metadata.Count == 2 && metadata.All(entry => entry.ValueBytes.SequenceEqual(bytes));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Messages_CutIntoAnyPieces_AreReadWhole() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<byte[]>[]>(),
        ArbMap.Default.ArbFor<PositiveInt>(),
        (messages, piece) => ReadsWholeAsync([.. messages.Select(message => message.Get)], piece.Get).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public void Reader_OfAnyBytes_EndsWithMessagesOrAStatus() => Prop.ForAll<byte[]>(bytes =>
    {
        var reader = new MessageReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), maxMessageBytes: 1000, encoding: null);
        try
        {
            while (reader.ReadAsync(context => context.PayloadLength, CancellationToken.None).AsTask().GetAwaiter().GetResult().HasMessage)
            {
            }

            return true;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode is StatusCode.Internal or StatusCode.ResourceExhausted;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void FrameBuffer_UsedAgain_HoldsOnlyTheLastMessage()
    {
        using var buffer = new FrameBuffer(maxMessageBytes: null);

        buffer.Write("long message that comes first", Marshallers.StringMarshaller.ContextualSerializer);
        buffer.Write("b", Marshallers.StringMarshaller.ContextualSerializer);

        Assert.Equal([0, 0, 0, 0, 1, (byte)'b'], buffer.Frame.ToArray());
    }

    [Fact]
    public void Marshaller_OverContexts_AlsoGivesArrays()
    {
        var marshaller = Marshallers.Create<byte[]>(
            (message, context) =>
            {
                context.GetBufferWriter().Write(message);
                context.Complete();
            },
            context => context.PayloadAsReadOnlySequence().ToArray());

        Assert.Equal([1, 2], marshaller.Deserializer(marshaller.Serializer([1, 2])));
    }

    private static async Task<bool> ReadsWholeAsync(byte[][] messages, int piece)
    {
        using var buffer = new FrameBuffer(maxMessageBytes: null);
        using var wire = new MemoryStream();
        foreach (var message in messages)
        {
            buffer.Write(message, (bytes, context) => context.Complete(bytes));
            wire.Write(buffer.Frame.Span);
        }

        wire.Position = 0;
        var input = PipeReader.Create(wire, new StreamPipeReaderOptions(bufferSize: piece, minimumReadSize: 1));
        var reader = new MessageReader(input, maxMessageBytes: null, encoding: null);
        var read = new List<byte[]>();
        while (await reader.ReadAsync(context => context.PayloadAsNewBuffer(), CancellationToken.None) is { HasMessage: true, Message: var message })
        {
            read.Add(message);
        }

        return read.Count == messages.Length && read.Zip(messages).All(pair => pair.First.SequenceEqual(pair.Second));
    }
}
