using System.Text;
using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;

namespace DataHub.Licences.Documents;

/// <summary>A document with its signature, as sealed in the event store.</summary>
/// <param name="Document">Canonical JSON.</param>
/// <param name="Signature">DER.</param>
internal sealed record SignedPaper(byte[] Document, byte[] Signature);

/// <summary>Seals documents for their holders and opens them again.</summary>
internal sealed class PaperSafe(SubjectKeys subjectKeys, PostgresDataSources database)
{
    /// <summary>A key for a new licence: the holder's own, or a record key where the holder is an organisation.</summary>
    public async Task<DataKey> KeyForAsync(EventTransaction transaction, string holder, bool isNatural, CancellationToken cancellationToken) => isNatural
        ? (await subjectKeys.EnsureAsync(transaction, [holder], cancellationToken))[holder]
        : (await subjectKeys.CreateRecordKeysAsync(transaction, [new RecordKeyRequest([], UnderKeyEncryptionKey: true)], cancellationToken))[0];

    public static SealedValue Close(DataKey key, string stream, SignedPaper paper) =>
        Seal.Close(key, $"{stream}#paper", JsonSerializer.SerializeToUtf8Bytes(paper));

    public static SealedValue CloseReason(DataKey key, string stream, string reason) =>
        Seal.Close(key, $"{stream}#reason", Encoding.UTF8.GetBytes(reason));

    /// <summary>The key of a licence; null when it was destroyed.</summary>
    public async Task<DataKey?> KeyOfAsync(Licence licence, CancellationToken cancellationToken)
    {
        var number = licence.Minted.Paper.K;
        await using var connection = await database.Hub.OpenConnectionAsync(cancellationToken);
        return (await subjectKeys.OpenAsync(connection, [number], cancellationToken)).GetValueOrDefault(number);
    }

    public static SignedPaper Open(DataKey key, string stream, Licence licence) =>
        JsonSerializer.Deserialize<SignedPaper>(Seal.Open(key, $"{stream}#paper", licence.Minted.Paper))!;

    public static string OpenReason(DataKey key, string stream, LicenceRevoked revoked) =>
        Encoding.UTF8.GetString(Seal.Open(key, $"{stream}#reason", revoked.Reason));
}
