using System.Buffers;
using System.Collections;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Parsing;
using Grpc.Core;
using Grpc.Tests.Protos;

namespace Grpc.Tests.Server.Parsing;

/// <summary>What is counted in a message before it is parsed.</summary>
public sealed class MessageWalkTests
{
    private const int NoLimit = 1_000_000;

    private static readonly MessagePlan Plan = MessagePlan.Of(Basket.Descriptor);

    private static readonly MessageParser<Basket> Parser = Basket.Parser.WithDiscardUnknownFields(true);

    public static TheoryData<string, Func<int, IMessage>> ListsOfAnyKind => new()
    {
        { "messages", n => new Basket { Notes = { Of(n, _ => new Note()) } } },
        { "strings", n => new Basket { Texts = { Of(n, _ => "") } } },
        { "bytes", n => new Basket { Blobs = { Of(n, _ => ByteString.Empty) } } },
        { "packed numbers", n => new Basket { Numbers = { Of(n, i => (long)i * i * i * i) } } },
        { "single numbers", n => new Basket { Unpacked = { Of(n, i => -i) } } },
        { "packed words", n => new Basket { Words = { Of(n, i => (uint)i) } } },
        { "packed doubles", n => new Basket { Doubles = { Of(n, i => (double)i) } } },
        { "map to messages", n => new Basket { Named = { Of(n, i => i).ToDictionary(i => $"{i}", _ => new Note()) } } },
        { "map to values", n => new Basket { Flags = { Of(n, i => i).ToDictionary(i => i, _ => true) } } },
        { "messages of this type", n => new Basket { Baskets = { Of(n, _ => new Basket()) } } },
        { "in a message", n => new Basket { Inner = new Basket { Texts = { Of(n, _ => "a") } } } },
        { "in a choice", n => new Basket { Other = new Basket { Texts = { Of(n, _ => "a") } } } },
        { "in an element", n => new Basket { Baskets = { new Basket(), new Basket { Texts = { Of(n, _ => "a") } } } } },
        { "groups", n => new Grouped { Item = { Of(n, _ => new Grouped.Types.Item()) } } },
        { "in a group", n => new Grouped { Single = new Grouped.Types.Single { Texts = { Of(n, _ => "") } } } },
        { "in an element that is a group", n => new Grouped { Item = { new Grouped.Types.Item { Inner = new Grouped { Item = { new Grouped.Types.Item { Numbers = { Of(n, i => i) } } } } } } } },
    };

    [Theory]
    [MemberData(nameof(ListsOfAnyKind))]
    public void List_OfAnyKind_MayHaveTheMostAndNotOneMore(string kind, Func<int, IMessage> make)
    {
        Assert.Null(Record.Exception(() => Walk(make(100), 100)));
        Assert.True(Refuses(make(101), 100), kind);
    }

    [Fact]
    public void Lists_OfSeveralMessages_AreCountedEachForItself()
    {
        var message = new Basket
        {
            Texts = { Of(90, _ => "a") },
            Unpacked = { Of(90, i => i) },
            Inner = new Basket { Texts = { Of(90, _ => "a") } },
            Baskets = { new Basket { Texts = { Of(90, _ => "a") } }, new Basket { Texts = { Of(90, _ => "a") } } },
        };

        Assert.Null(Record.Exception(() => Walk(message, 100)));
        Assert.True(Refuses(message, 89));
    }

    [Fact]
    public void Lists_InLists_AreCountedTogetherToo()
    {
        Assert.Null(Record.Exception(() => Walk(Nested(10, 49), 100)));
        Assert.True(Refuses(Nested(10, 50), 100));

        static Basket Nested(int outer, int inner) => new() { Baskets = { Of(outer, _ => new Basket { Notes = { Of(inner, _ => new Note()) } }) } };
    }

    [Fact]
    public void Messages_ThatStandAlone_AreCountedTogetherToo()
    {
        Assert.Null(Record.Exception(() => Walk(Chains(50), 100)));
        Assert.True(Refuses(Chains(51), 100));

        // Each element is a message with nine messages in each other.
        static Basket Chains(int elements) => new() { Baskets = { Of(elements, _ => Enumerable.Range(0, 9).Aggregate(new Basket(), (inner, _) => new Basket { Inner = inner })) } };
    }

    [Fact]
    public void Elements_OfThirtyTwoBytes_AreNotCountedTogether()
    {
        var text = new string('x', 31);
        var message = new Basket { Baskets = { Of(90, _ => new Basket { Texts = { Of(90, _ => text) } }) } };

        Assert.Null(Record.Exception(() => Walk(message, 100)));
    }

    [Fact]
    public void Message_SentInPieces_IsCountedTogether()
    {
        var piece = new Basket { Inner = new Basket { Notes = { Of(90, _ => new Note()) } } }.ToByteArray();

        Assert.Null(Record.Exception(() => Walk(Times(piece, 5), Plan, 100)));
        Assert.True(Refuses(Times(piece, 6), Plan, 100));
    }

    [Fact]
    public void Depth_OfTheParser_IsThatOfTheWalk()
    {
        var deepest = Enumerable.Range(0, 100).Aggregate(new Basket(), (inner, i) => i % 2 == 0 ? new Basket { Inner = inner } : new Basket { Baskets = { inner } });

        Assert.Equal(deepest, Parser.ParseFrom(deepest.ToByteArray()));
        Assert.Null(Record.Exception(() => Walk(deepest, 100)));
        Assert.Throws<InvalidDataException>(() => Walk(new Basket { Inner = deepest }, 100));
    }

    [Theory]
    [InlineData("00", "field 0")]
    [InlineData("8080808080808080808001", "a tag that does not end")]
    [InlineData("80", "a tag cut off")]
    [InlineData("0a", "a length cut off")]
    [InlineData("0a02", "a length beyond the end")]
    [InlineData("0affffffff0f", "a negative length")]
    [InlineData("5a030a0461", "a length beyond the end of its message")]
    [InlineData("5a020a80", "a length cut off by the end of its message")]
    [InlineData("2280", "packed numbers cut off")]
    [InlineData("710102", "a number of eight bytes cut off")]
    [InlineData("750102", "a number of four bytes cut off")]
    [InlineData("0c", "the end of no group")]
    [InlineData("a30601", "a group cut off")]
    [InlineData("a306ac06", "the end of another group")]
    [InlineData("5a02a306a406", "a group beyond the end of its message")]
    public void Message_ThatIsMalformed_IsRefused(string hex, string what) =>
        Assert.True(Record.Exception(() => Walk(Convert.FromHexString(hex), Plan, NoLimit)) is InvalidDataException, what);

    [Theory]
    [InlineData("ea8080800001" + "61", "a tag longer than needed")]
    [InlineData("0a8280808000" + "0a00", "a length longer than needed")]
    [InlineData("a306" + "a306a406" + "9806" + "01" + "a406", "groups nobody knows")]
    [InlineData("0801", "a list of another wire type")]
    [InlineData("5801", "a message of another wire type")]
    [InlineData("2200", "an empty packed list")]
    [InlineData("22ffffffff0f", "a packed list of negative length")]
    [InlineData("0e0f", "wire types that do not exist")]
    public void Message_ThatIsOnlyOdd_IsTakenAsTheParserDoes(string hex, string what)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Null(Record.Exception(() => Parser.ParseFrom(bytes)));
        Assert.True(Record.Exception(() => Walk(bytes, Plan, NoLimit)) is null, what);
    }

    [Fact]
    public void Messages_Generated_AreTakenExactlyFromTheirLongestList()
    {
        var random = new Random(20_261_128);
        for (var i = 0; i < 5_000; i++)
        {
            var message = BasketOf(random, depth: 0);
            var longest = Longest(message);

            Assert.Null(Record.Exception(() => Walk(message, Math.Max(longest, Total(message)))));
            Assert.True(longest < 2 || Refuses(message, longest - 1), message.ToString());
        }
    }

    [Fact]
    public void Messages_Damaged_AreTakenWhereTheParserTakesThemAndHoldNoMoreThanWasCounted()
    {
        var random = new Random(20_261_129);
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Damage(random, BasketOf(random, depth: 0).ToByteArray());
            var most = random.Next(1, 20);
            if (Record.Exception(() => Parser.ParseFrom(bytes)) is null)
            {
                Assert.Null(Record.Exception(() => Walk(bytes, Plan, NoLimit)));
                Assert.True(Refuses(bytes, Plan, most) || Total(Parser.ParseFrom(bytes)) <= Math.Max(5 * most, bytes.Length / 32), Convert.ToHexString(bytes));
                taken++;
            }
        }

        Assert.InRange(taken, 5_000, 20_000);
    }

    [Fact]
    public void Walk_InPiecesOfAnyLength_CountsTheSame()
    {
        var random = new Random(1);
        var message = BasketOf(random, depth: 0);
        while (Longest(message) < 3)
        {
            message = BasketOf(random, depth: 0);
        }

        foreach (var length in (int[])[1, 2, 3, 5, 7])
        {
            var pieces = Pieces.Of(message.ToByteArray(), length);
            MessageWalk.RefuseTooMany(pieces, Plan, NoLimit);
            Assert.Throws<RpcException>(() => MessageWalk.RefuseTooMany(pieces, Plan, Longest(message) - 1));
        }
    }

    private static IEnumerable<T> Of<T>(int count, Func<int, T> make) => Enumerable.Range(0, count).Select(make);

    private static byte[] Times(byte[] bytes, int times) => [.. Enumerable.Repeat(bytes, times).SelectMany(part => part)];

    private static void Walk(IMessage message, int maxRepeated) => Walk(message.ToByteArray(), MessagePlan.Of(message.Descriptor), maxRepeated);

    private static void Walk(byte[] bytes, MessagePlan plan, int maxRepeated) => MessageWalk.RefuseTooMany(new ReadOnlySequence<byte>(bytes), plan, maxRepeated);

    private static bool Refuses(IMessage message, int maxRepeated) => Refuses(message.ToByteArray(), MessagePlan.Of(message.Descriptor), maxRepeated);

    private static bool Refuses(byte[] bytes, MessagePlan plan, int maxRepeated) =>
        Record.Exception(() => Walk(bytes, plan, maxRepeated)) is RpcException { StatusCode: StatusCode.ResourceExhausted };

    private static Basket BasketOf(Random random, int depth)
    {
        var basket = new Basket
        {
            Notes = { Few(_ => new Note { Number = random.Next() }) },
            Texts = { Few(_ => new string('x', random.Next(4))) },
            Numbers = { Few(_ => random.NextInt64()) },
            Unpacked = { Few(_ => random.Next()) },
            Words = { Few(_ => (uint)random.Next()) },
            Doubles = { Few(_ => random.NextDouble()) },
            Flags = { Few(i => i).ToDictionary(i => i, _ => true) },
            Number = (ulong)random.NextInt64(),
        };
        if (depth < 3 && random.Next(2) == 0)
        {
            basket.Baskets.Add(Few(_ => BasketOf(random, depth + 1)));
            basket.Named.Add(Few(i => i).ToDictionary(i => $"{i}", _ => new Note()));
            basket.Inner = BasketOf(random, depth + 1);
            basket.Other = BasketOf(random, depth + 1);
        }

        return basket;

        IEnumerable<T> Few<T>(Func<int, T> make) => random.Next(3) == 0 ? Of(random.Next(4), make) : [];
    }

    /// <summary>Changes nothing, an octet, or the order.</summary>
    private static byte[] Damage(Random random, byte[] bytes)
    {
        if (bytes.Length > 0 && random.Next(2) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(8) == 0 ? [.. bytes, .. bytes] : bytes;
    }

    private static int Longest(IMessage message) =>
        Parts(message).Select(part => Math.Max(part.IsList ? part.Elements : 0, part.Messages.Select(Longest).DefaultIfEmpty().Max())).Max();

    private static int Total(IMessage message) => Parts(message).Sum(part => part.Elements + part.Messages.Sum(Total));

    /// <summary>What stands in each field of a message, as it was parsed.</summary>
    private static IEnumerable<(bool IsList, int Elements, IEnumerable<IMessage> Messages)> Parts(IMessage message) =>
        message.Descriptor.Fields.InFieldNumberOrder().Select(field => field.Accessor.GetValue(message) switch
        {
            IDictionary map => (true, map.Count, map.Values.OfType<IMessage>()),
            IList list => (true, list.Count, list.OfType<IMessage>()),
            IMessage inner => (false, 1, [inner]),
            _ => (false, 0, Enumerable.Empty<IMessage>()),
        });

    /// <summary>Bytes in memory that does not hang together, as a pipe gives them.</summary>
    private sealed class Pieces : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(byte[] bytes, int length)
        {
            var first = new Pieces { Memory = bytes.AsMemory(0, Math.Min(length, bytes.Length)) };
            var last = first;
            for (var at = length; at < bytes.Length; at += length)
            {
                var next = new Pieces { Memory = bytes.AsMemory(at, Math.Min(length, bytes.Length - at)), RunningIndex = at };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
