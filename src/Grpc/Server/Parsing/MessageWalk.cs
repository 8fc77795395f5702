using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Parsing;

/// <summary>
/// Goes through the bytes of a message and counts, without making anything of them. Whatever the parser takes, it reads in the same way; what it
/// cannot read is refused, so that nothing gets to the parser behind it.
/// </summary>
internal ref struct MessageWalk
{
    /// <summary>Messages and groups in each other, as deep as the parser goes.</summary>
    private const int MaxDepth = 100;

    private readonly int _maxRepeated;
    private readonly Frame[] _frames;
    private SequenceReader<byte> _reader;
    private int[] _counts = ArrayPool<int>.Shared.Rent(64);
    private long _left;
    private int _depth;

    private MessageWalk(in ReadOnlySequence<byte> payload, MessagePlan plan, int maxRepeated)
    {
        _reader = new SequenceReader<byte>(payload);
        _maxRepeated = maxRepeated;
        _left = Math.Max(5L * maxRepeated, payload.Length / 32); // see CallLimits.MaxRepeated
        _frames = ArrayPool<Frame>.Shared.Rent(MaxDepth + 1);
        _frames[0] = new Frame(plan, payload.Length, group: 0, counts: 0);
        ClearCounts(_frames[0]);
    }

    /// <summary>Refuses a message with too many elements.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="plan">Plan of its type.</param>
    /// <param name="maxRepeated">Elements one repeated field of one message may have; see <see cref="CallLimits.MaxRepeated"/> for all of them together.</param>
    /// <exception cref="RpcException">More: RESOURCE_EXHAUSTED.</exception>
    /// <exception cref="InvalidDataException">The message is malformed.</exception>
    public static void RefuseTooMany(in ReadOnlySequence<byte> payload, MessagePlan plan, int maxRepeated)
    {
        var walk = new MessageWalk(payload, plan, maxRepeated);
        try
        {
            walk.Run();
        }
        finally
        {
            ArrayPool<Frame>.Shared.Return(walk._frames);
            ArrayPool<int>.Shared.Return(walk._counts);
        }
    }

    private void Run()
    {
        while (_depth > 0 || _reader.Consumed < _frames[0].End)
        {
            ref readonly var frame = ref _frames[_depth];
            if (_reader.Consumed < frame.End)
            {
                TakeField(frame);
            }
            else
            {
                _ = frame.Group == 0 ? _depth-- : throw Malformed();
            }
        }
    }

    private void TakeField(in Frame frame)
    {
        var tag = TakeVarint();
        var (number, wireType) = (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag));
        if (number == 0)
        {
            throw Malformed();
        }

        var field = frame.Plan?.Field(number);
        if (field is not null && wireType == field.Element)
        {
            Count(frame, field, 1);
            TakeElement(field, number, wireType);
        }
        else if (field is { MayBePacked: true } && wireType == WireFormat.WireType.LengthDelimited)
        {
            Count(frame, field, TakePacked(field.Element));
        }
        else
        {
            Pass(number, wireType);
        }
    }

    private void TakeElement(FieldPlan field, int number, WireFormat.WireType wireType)
    {
        if (field.Message is not { } message || (message.IsLeaf && wireType == WireFormat.WireType.LengthDelimited))
        {
            Pass(number, wireType);
        }
        else if (wireType == WireFormat.WireType.LengthDelimited)
        {
            var length = TakeLength();
            Enter(message, _reader.Consumed + length, group: 0);
        }
        else
        {
            Enter(message, _frames[_depth].End, number);
        }
    }

    /// <summary>Passes over what needs no counting; groups are gone through for their end.</summary>
    private void Pass(int number, WireFormat.WireType wireType)
    {
        switch (wireType)
        {
            case WireFormat.WireType.Varint:
                TakeVarint();
                break;
            case WireFormat.WireType.Fixed64:
                Advance(8);
                break;
            case WireFormat.WireType.Fixed32:
                Advance(4);
                break;
            case WireFormat.WireType.LengthDelimited:
                Advance((int)TakeVarint());
                break;
            case WireFormat.WireType.StartGroup:
                Enter(plan: null, _frames[_depth].End, number);
                break;
            case WireFormat.WireType.EndGroup when _frames[_depth].Group == number:
                _depth--;
                break;
            case WireFormat.WireType.EndGroup:
                throw Malformed();
            default:
                // The types 6 and 7 do not exist; the parser passes over their tag and reads on.
                break;
        }
    }

    private void Enter(MessagePlan? plan, long end, int group)
    {
        if (_depth == MaxDepth)
        {
            throw Malformed();
        }

        ref readonly var above = ref _frames[_depth];
        _frames[++_depth] = new Frame(plan, end, group, above.Counts + above.Lists);
        ClearCounts(_frames[_depth]);
    }

    private void ClearCounts(in Frame frame)
    {
        if (frame.Counts + frame.Lists > _counts.Length)
        {
            var larger = ArrayPool<int>.Shared.Rent(2 * (frame.Counts + frame.Lists));
            _counts.CopyTo(larger, 0);
            ArrayPool<int>.Shared.Return(_counts);
            _counts = larger;
        }

        _counts.AsSpan(frame.Counts, frame.Lists).Clear();
    }

    private void Count(in Frame frame, FieldPlan field, int elements)
    {
        _left -= elements;
        if (_left < 0 || (field.List is { } list && (_counts[frame.Counts + list] += elements) > _maxRepeated))
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"A received message has too many elements: a list may have {_maxRepeated}, all lists and sub-messages five times as many. Send less in each message."));
        }
    }

    /// <returns>Elements in a packed field.</returns>
    private int TakePacked(WireFormat.WireType element)
    {
        // The parser reads a negative length as none, here only.
        var length = Within(Math.Max(0, (int)TakeVarint()));
        if (element is not WireFormat.WireType.Varint)
        {
            Advance(length);
            return length / (element is WireFormat.WireType.Fixed32 ? 4 : 8);
        }

        var (elements, end) = (0, _reader.Consumed + length);
        while (_reader.Consumed < end)
        {
            var part = _reader.UnreadSpan[..(int)Math.Min(_reader.UnreadSpan.Length, end - _reader.Consumed)];
            foreach (var octet in part)
            {
                // The last octet of each number.
                elements += octet < 0x80 ? 1 : 0;
            }

            _reader.Advance(part.Length);
        }

        return elements;
    }

    private int TakeLength() => Within((int)TakeVarint());

    private readonly int Within(int length) => length >= 0 && length <= _frames[_depth].End - _reader.Consumed ? length : throw Malformed();

    /// <summary>The lower 32 bits of a number of at most ten octets: the parser ignores the rest of tags and lengths too.</summary>
    private uint TakeVarint()
    {
        var value = 0u;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_reader.Consumed == _frames[_depth].End || !_reader.TryRead(out var octet))
            {
                break;
            }

            value |= shift < 32 ? (uint)(octet & 0x7F) << shift : 0;
            if (octet < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private void Advance(int bytes) => _reader.Advance(Within(bytes));

    private static InvalidDataException Malformed() => new("The message is malformed.");

    /// <summary>A message or group that is being gone through.</summary>
    /// <param name="plan">What to count in it; null where nothing is.</param>
    /// <param name="end">Where it ends, or ends at the latest where it is a group.</param>
    /// <param name="group">Number of the field whose end ends it; 0 for a message with a length.</param>
    /// <param name="counts">Where the counts of its lists begin.</param>
    private readonly struct Frame(MessagePlan? plan, long end, int group, int counts)
    {
        public MessagePlan? Plan => plan;

        public long End => end;

        public int Group => group;

        public int Counts => counts;

        public int Lists => plan?.Lists ?? 0;
    }
}
