using System.Security.Cryptography;
using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
using DataHub.Kernel.Faults;
using DataHub.V1;
using FsCheck;
using FsCheck.Fluent;
using Record = DataHub.V1.Record;

namespace DataHub.FrontEnd.Tests.Pushing;

public sealed class ChunkCutterTests
{
    [Fact]
    public void Cut_AnyRowsAndLimits_KeepsLimitsAndRowsAndIsTheSameTwice()
    {
        var cases = from lengths in Gen.Choose(0, 300).ArrayOf()
                    from records in Gen.Choose(1, 7)
                    from bytes in Gen.Choose(320, 900)
                    select (lengths, Limits: new PushLimits { MaxRecords = records, MaxBytes = bytes });
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var rows = c.lengths.Select((length, i) => RowOf(i + 2, length)).ToList();
            var chunks = Cut(rows, c.Limits);
            var lists = chunks.Select(chunk => RecordList.Parser.ParseFrom(chunk.Records).Records).ToList();

            return lists.SelectMany(list => list).SequenceEqual(rows.Select(row => row.Record))
                && lists.All(list => list.Count > 0 && list.Count <= c.Limits.MaxRecords)
                && chunks.All(chunk => chunk.Records.Length <= c.Limits.MaxBytes && SHA256.HashData(chunk.Records.Span).AsSpan().SequenceEqual(chunk.Digest.Span))
                && chunks.Select(chunk => chunk.Index).SequenceEqual(Enumerable.Range(0, chunks.Count))
                && chunks.SelectMany(chunk => chunk.Lines).SequenceEqual(rows.Select(row => row.Line))
                && chunks.Select(chunk => chunk.Digest).SequenceEqual(Cut(rows, c.Limits).Select(chunk => chunk.Digest));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Cut_RowThatJustFits_FillsAChunkAlone()
    {
        var row = RowOf(2, 100);
        var exact = new RecordList { Records = { row.Record } }.CalculateSize();

        Assert.Equal(2, Cut([row, row], new PushLimits { MaxRecords = 9, MaxBytes = exact }).Count);
        Assert.Single(Cut([row, row], new PushLimits { MaxRecords = 9, MaxBytes = 2 * exact }));
    }

    [Fact]
    public void Cut_RowLargerThanAChunk_IsRefusedWithItsLine()
    {
        var fault = Assert.Throws<FaultException>(() => Cut([RowOf(2, 1), RowOf(3, 500)], new PushLimits { MaxRecords = 9, MaxBytes = 400 }));

        Assert.Equal("CSV_ROW_SIZE", fault.Code);
        Assert.StartsWith("persons.csv, line 3", fault.Message, StringComparison.Ordinal);
    }

    private static CsvRow RowOf(long line, int length) =>
        new(line, new Record { SourceRecordId = $"r{line}", PopulationPerson = new PopulationPerson { DomicileAddress = new string('x', length) } });

    private static List<CutChunk> Cut(IReadOnlyList<CsvRow> rows, PushLimits limits) =>
        ChunkCutter.CutAsync(rows.ToAsyncEnumerable(), limits, "persons.csv", TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
}
