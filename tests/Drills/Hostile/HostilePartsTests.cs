using System.Buffers.Binary;
using DataHub.Drills.Hostile;
using DataHub.Drills.Hostile.Attacks;
using DataHub.RawHttp2;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace DataHub.Drills.Tests.Hostile;

/// <summary>The parts of the hostile drill that judge and generate.</summary>
public sealed class HostilePartsTests
{
    [Fact]
    public void Rows_OfTheList_AreAllThereOnce() => Assert.Equal(Enumerable.Range(1, 13).Select(i => $"G{i}"), HostileDrill.Rows);

    [Fact]
    public void P99_OfAHundredCalls_IsTheSlowest()
    {
        var latencies = new Latencies([.. Enumerable.Repeat(1.0, 99), 500.0], []);

        Assert.Equal(500, latencies.P99);
        Assert.Equal(0, new Latencies([], []).P99);
    }

    [Fact]
    public void Tally_OfAnAnswerThatIsNotRight_SaysSoAndCounts()
    {
        var tally = new AttackTally();

        tally.Answered("200/8", "a bomb", "200/8");
        tally.Answered("200/0", "a bomb", "200/8", "200/13");
        tally.Answered("200/0", "a bomb", "200/8", "200/13");

        var report = tally.Report(new CpuPace(share: 1));
        Assert.Equal(["2 a bomb was answered 200/0"], report.Wrong);
        Assert.Equal(["2 200/0", "1 200/8"], report.Answered);
    }

    // A quota must not pass for the limit that a row is about.
    [Fact]
    public void Answers_OfARefusalWithAndWithoutACode_TellThemApart()
    {
        var details = new Status { Details = { Any.Pack(new ErrorInfo { Reason = "QUOTA" }) } };
        var byQuota = new Http2Reply { Headers = { (":status", "200"), ("grpc-status", "8"), ("grpc-status-details-bin", Convert.ToBase64String(details.ToByteArray()).TrimEnd('=')) } };
        var byTransport = new Http2Reply { Headers = { (":status", "200"), ("grpc-status", "8") } };

        Assert.Equal("200/8 QUOTA", Answers.Of(byQuota));
        Assert.Equal("200/8", Answers.Of(byTransport));
        Assert.Equal("closed", Answers.Of(new Http2Reply()));
    }

    [Fact]
    public void Mutator_OfOneSeed_MakesTheSameFramedMessage()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var (path, body) = Mutator.Mutated(new Random(seed));
            var again = Mutator.Mutated(new Random(seed));

            Assert.Equal(path, again.Path);
            Assert.Equal(body, again.Body);
            Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
        }
    }
}
