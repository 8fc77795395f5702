using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;

namespace DataHub.Exchange.Records;

/// <summary>Turns checked rows into events: personal values are sealed, each person's part under that person's key, what they share under a record key.</summary>
internal sealed class RecordSealer(string hub, string source, Guid batchId)
{
    /// <summary>Pseudonyms whose keys are needed to seal these rows.</summary>
    public static IReadOnlyCollection<string> SubjectsOf(IEnumerable<RecordDraft> drafts) =>
        [.. drafts.SelectMany(draft => draft.Subjects).Where(subject => subject.IsNatural).Select(subject => subject.Id).Distinct()];

    /// <summary>The record key a row needs for what its subjects share; null when nothing is shared.</summary>
    public static RecordKeyRequest? SharedKeyOf(RecordDraft draft)
    {
        if (!draft.Fields.Exists(field => IsShared(field, draft.Subjects)))
        {
            return null;
        }

        var holders = draft.Subjects.Where(subject => subject.IsNatural).Select(subject => subject.Id).Distinct().Order(StringComparer.Ordinal).ToArray();
        return new RecordKeyRequest(holders, UnderKeyEncryptionKey: holders.Length == 0 || draft.Subjects.Exists(subject => !subject.IsNatural));
    }

    /// <summary>Stream of a record.</summary>
    public string StreamOf(RecordDraft draft) => $"{hub}/{draft.Schema.Resource}/{draft.Key}";

    public RecordAsserted Seal(RecordDraft draft, IReadOnlyDictionary<string, DataKey> subjectKeys, DataKey? sharedKey)
    {
        var clear = new Dictionary<string, string>(StringComparer.Ordinal);
        var parts = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var field in draft.Fields)
        {
            PartFor(field, draft.Subjects, clear, parts)[field.Path] = field.Value;
        }

        var stream = StreamOf(draft);
        var sealedParts = parts.Select(part => new SealedPart(
            part.Key,
            Crypto.Sealing.Seal.Close(
                part.Key == SealedPart.Shared ? sharedKey! : subjectKeys[part.Key],
                PlaceOf(stream, part.Key),
                JsonSerializer.SerializeToUtf8Bytes(part.Value))));
        return new RecordAsserted(
            draft.Schema.Resource,
            draft.Schema.Version,
            draft.Key,
            [.. draft.Subjects.Select(subject => new RecordSubject(subject.Id, subject.Role, subject.Element < 0 ? null : subject.Element))],
            draft.ValidFrom,
            draft.ValidTo,
            clear,
            [.. sealedParts],
            source,
            batchId,
            draft.SourceUpdatedAt);
    }

    /// <summary>Place a part is sealed for: it opens in this stream and as this part only.</summary>
    public static string PlaceOf(string stream, string of) => $"{stream}#{of}";

    private static Dictionary<string, string> PartFor(
        FieldValue field, List<DraftSubject> subjects, Dictionary<string, string> clear, Dictionary<string, Dictionary<string, string>> parts)
    {
        if (!Sealing.IsSealed(field, subjects))
        {
            return clear;
        }

        var of = Sealing.PersonOf(field, subjects)?.Id ?? SealedPart.Shared;
        return parts.TryGetValue(of, out var part) ? part : parts[of] = new Dictionary<string, string>(StringComparer.Ordinal);
    }

    // What a personal list says of an organisation (a company among the owners) goes with what the record shares.
    private static bool IsShared(FieldValue field, List<DraftSubject> subjects) =>
        Sealing.IsSealed(field, subjects) && Sealing.PersonOf(field, subjects) is null;
}
