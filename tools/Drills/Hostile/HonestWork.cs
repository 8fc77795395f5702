using System.Globalization;
using System.Security.Cryptography;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace DataHub.Drills.Hostile;

/// <summary>The person everyone asks about; invented.</summary>
internal static class DrilledPerson
{
    public const string Id = "11010519491231002X";
    public const string Name = "张三丰";

    public static Record Living(string address) => new()
    {
        SourceRecordId = "P1",
        PopulationPerson = new PopulationPerson
        {
            ResidentId = Id,
            FullName = Name,
            Gender = "2",
            EthnicGroup = "01",
            BirthDate = "1949-12-31",
            Nationality = "CHN",
            DomicileDivision = "330382",
            DomicileAddress = address,
            PersonStatus = "10",
        },
    };

    /// <summary>Whether somebody has that name.</summary>
    public static VerifyRequest Question(string requestId, string id = Id) => new()
    {
        RequestId = requestId,
        Subject = new SubjectId { IdType = "resident_id", Id = id },
        Purpose = new Purpose { ServiceItemCode = "12330382MA9705089N3330715901000", CaseNo = "CASE-1", LegalBasis = "不动产登记暂行条例实施细则第三十八条" },
        Claims = { new Claim { ClaimId = "c1", Resource = "population_person", Role = "person", Field = "full_name", Operator = Operator.Equal, Value = Name } },
    };
}

/// <summary>Asks by turns whether the person has that name, which is recorded before it is answered, and what the directory holds.</summary>
internal sealed class HonestAsker(ChannelBase channel)
{
    private readonly VerificationService.VerificationServiceClient _verification = new(channel);
    private readonly CatalogService.CatalogServiceClient _catalog = new(channel);
    private int _calls;

    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (_calls++ % 2 == 1)
        {
            var found = await _catalog.SearchAsync(new SearchRequest { Query = "人口" }, cancellationToken: cancellationToken);
            Wanted(found.Total > 0, "The directory did not find the resource.");
            return;
        }

        var reply = await _verification.VerifyAsync(DrilledPerson.Question(Guid.NewGuid().ToString()), cancellationToken: cancellationToken);
        Wanted(reply.Answers is [{ Result: Result.Match }], "The question was not answered with a match.");
    }

    private static void Wanted(bool isRight, string otherwise)
    {
        if (!isRight)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}

/// <summary>Publisher of the resource, who reports a move of the person again and again.</summary>
internal sealed class HonestPublisher(ChannelBase channel, DirectoryEntry resource)
{
    private readonly ExchangeService.ExchangeServiceClient _exchange = new(channel);
    private readonly CatalogService.CatalogServiceClient _catalog = new(channel);
    private int _batches;

    public async Task RegisterAsync(CancellationToken cancellationToken) =>
        await _catalog.RegisterAsync(new RegisterRequest { Entries = { resource } }, cancellationToken: cancellationToken);

    /// <summary>One batch of one row, from opening to receipt.</summary>
    public async Task PushAsync(CancellationToken cancellationToken)
    {
        var rows = new RecordList { Records = { DrilledPerson.Living(string.Create(CultureInfo.InvariantCulture, $"清河市城南街道梅花路{++_batches}号")) } }.ToByteArray();
        var digest = SHA256.HashData(rows);
        using var call = _exchange.Push(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(
            new PushRequest
            {
                Open = new OpenBatch
                {
                    Resource = "population_person",
                    Mode = BatchMode.Incremental,
                    ContentDigest = ByteString.CopyFrom(digest),
                    Watermark = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
                },
            },
            cancellationToken);
        await call.RequestStream.WriteAsync(new PushRequest { Chunk = new Chunk { Records = ByteString.CopyFrom(rows), Digest = ByteString.CopyFrom(digest) } }, cancellationToken);
        await call.RequestStream.WriteAsync(
            new PushRequest { Complete = new CompleteBatch { ChunkCount = 1, RowCount = 1, Digest = ByteString.CopyFrom(SHA256.HashData(digest)) } }, cancellationToken);
        await call.RequestStream.CompleteAsync();
        var last = new PushReply();
        await foreach (var reply in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            last = reply;
        }

        if (last.Receipt is not { Counts.Accepted: 1 })
        {
            throw new InvalidDataException($"A push ended with {last}.");
        }
    }
}
