using System.Buffers;
using DataHub.Crypto.Sm2;
using DataHub.Ledger.Forms;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Export;

/// <summary>What stands in the records of an export (<c>docs/ledger.md</c>).</summary>
internal static class ExportForms
{
    private const int MaxEntries = 1 << 24;
    private const int LeafEventBytes = sizeof(long) + Sm3.HashBytes;
    private const long NoIndex = -1;

    public static void Write(ArrayBufferWriter<byte> output, ExportedLeaf leaf)
    {
        var writer = new FieldWriter(output);
        writer.Int64(leaf.Index ?? NoIndex);
        writer.Int64(leaf.LeafId);
        writer.Field(leaf.Hash.Span);
        writer.Field(leaf.Leaf.Span);
        writer.Fields(leaf.Entries);
        writer.Int32(leaf.Events.Count);
        foreach (var named in leaf.Events)
        {
            writer.Int64(named.Sequence);
            writer.Fixed(named.Hash.Span);
        }
    }

    public static ExportedLeaf ReadLeaf(ReadOnlyMemory<byte> record)
    {
        var reader = new FieldReader(record);
        var index = reader.Int64();
        var leaf = new ExportedLeaf(
            index == NoIndex ? null : index, reader.Int64(), reader.Field(), reader.Field(), reader.Fields(MaxEntries), ReadEvents(reader));
        reader.End();
        return leaf;
    }

    public static void Write(ArrayBufferWriter<byte> output, ExportedEvent stored)
    {
        var writer = new FieldWriter(output);
        writer.Int64(stored.Sequence);
        writer.Int64(stored.Version);
        writer.Int64(Micros.Of(stored.At));
        writer.Text(stored.StreamId);
        writer.Text(stored.Type);
        writer.Field(stored.Json.Span);
    }

    public static ExportedEvent ReadEvent(ReadOnlyMemory<byte> record)
    {
        var reader = new FieldReader(record);
        var (sequence, version, at) = (reader.Int64(), reader.Int64(), Micros.Read(reader.Int64()));
        var stored = new ExportedEvent(sequence, reader.Text(), reader.Text(), version, at, reader.Field());
        reader.End();
        return stored;
    }

    public static void Write(ArrayBufferWriter<byte> output, SignedHead head, int chain)
    {
        var writer = new FieldWriter(output);
        writer.Int32(chain);
        writer.Field(head.Text.Span);
        writer.Field(head.Signature.Span);
    }

    public static SignedHead ReadHead(ReadOnlyMemory<byte> record, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> chains)
    {
        var reader = new FieldReader(record);
        var chain = reader.Int32();
        var head = new SignedHead(reader.Field(), reader.Field(), chain >= 0 && chain < chains.Count ? chains[chain] : throw new InvalidDataException($"There is no chain {chain}."));
        reader.End();
        return head;
    }

    public static void Write(ArrayBufferWriter<byte> output, IReadOnlyList<ReadOnlyMemory<byte>> chain) => new FieldWriter(output).Fields(chain);

    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadChain(ReadOnlyMemory<byte> record)
    {
        var reader = new FieldReader(record);
        var chain = reader.Fields(MaxEntries);
        reader.End();
        return chain;
    }

    private static LeafEvent[] ReadEvents(FieldReader reader)
    {
        var count = reader.Count(int.MaxValue, LeafEventBytes);
        var events = count == 0 ? [] : new LeafEvent[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = new LeafEvent(reader.Int64(), reader.Fixed(Sm3.HashBytes));
        }

        return events;
    }
}
