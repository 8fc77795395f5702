using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Makes hostile messages out of good ones.</summary>
internal static class Mutator
{
    private const int MostNesting = 2_000;

    // Nobody the hub knows, and not whom the honest ask about: negative answers slow the next ones about the same person.
    private const string Absent = "330382198206163010";

    private static readonly (string Path, Func<Random, byte[]> Message)[] Good =
    [
        (Requests.Search, _ => new SearchRequest { Query = "人口 abc", PageSize = 10 }.ToByteArray()),
        // A request id of each one's own, or all but the first were refused as its repetition.
        (Requests.Verify, random => DrilledPerson.Question($"mutated-{random.Next():x8}", Absent).ToByteArray()),
        (Requests.Push, _ => new PushRequest
        {
            Open = new OpenBatch { Resource = "population_person", Mode = BatchMode.Incremental, ContentDigest = ByteString.CopyFrom(new byte[32]), Watermark = new() { Seconds = 1_780_000_000 } },
        }.ToByteArray()),
        (Requests.Register, _ => new RegisterRequest
        {
            Entries =
            {
                new DirectoryEntry
                {
                    Code = "101001/9", Title = "测试", PublisherName = "清河市大数据发展管理局", PublisherCode = "11330382MB9902916X", ShareType = ShareType.Unconditional,
                    Items = { new InformationItem { Name = "a", Title = "甲", Type = "C", Sensitivity = 1 } },
                },
            },
        }.ToByteArray()),
        (Requests.VerifyLicence, _ => new VerifyLicenceRequest
        {
            Document = new LicenceDocument
            {
                Document = ByteString.CopyFromUtf8("{\"a\":[{\"b\":1}]}"), Signature = ByteString.CopyFrom([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]),
                Chain = { ByteString.CopyFrom([0x30, 0x03, 0x02, 0x01, 0x01]) },
            },
        }.ToByteArray()),
        (Requests.Mint, _ => new MintRequest { TypeCode = "11100000000013338W001", Serial = "A1", HolderIdType = "111", HolderName = "张三", Fields = { ["a"] = "b" } }.ToByteArray()),
    ];

    /// <summary>A path and a framed message.</summary>
    public static (string Path, byte[] Body) Mutated(Random random)
    {
        var (path, message) = Good[random.Next(Good.Length)];
        var bytes = new List<byte>(message(random));
        // Most messages with many changes do not parse, and those with one change reach further.
        for (var changes = random.Next(2) == 0 ? 1 : random.Next(2, 8); changes > 0; changes--)
        {
            Change(bytes, random);
        }

        return (path, Requests.Framed(random.Next(20) == 0 ? Nested(random) : [.. bytes]));
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1 or 6 or 7 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                break;
            case 3:
                bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 12)));
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at + 1)));
                break;
            default:
                // A varint longer than any may be.
                bytes.InsertRange(at, Enumerable.Repeat((byte)0xFF, random.Next(1, 12)));
                break;
        }
    }

    /// <summary>Groups within groups, or a message whose first field holds a message whose first field …</summary>
    private static byte[] Nested(Random random)
    {
        var depth = random.Next(1, MostNesting);
        if (random.Next(2) == 0)
        {
            return [.. Enumerable.Repeat((byte)0x0B, depth), .. Enumerable.Repeat((byte)0x0C, depth)];
        }

        var message = new List<byte>();
        for (var i = 0; i < depth; i++)
        {
            var length = message.Count;
            message.InsertRange(0, length < 128 ? [0x0A, (byte)length] : [0x0A, (byte)(length & 127 | 128), (byte)(length >> 7)]);
        }

        return [.. message];
    }
}
