using System.Text;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Tests.Support;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>Events, changed by somebody with all rights on the database but without the key of the heads.</summary>
public sealed class EventTamperingTests : TamperingTest
{
    [Fact]
    public async Task Event_Edited_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { Json = Encoding.UTF8.GetBytes("""{"serial":"9"}""") });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_MadeUnreadable_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { Json = Encoding.UTF8.GetBytes("""{"serial":1.5""") });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_MovedToAnotherApplication_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { StreamId = "ext/permits/1" });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_BackDated_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { At = stored.At.AddDays(-300) });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_Deleted_IsNamed()
    {
        var sequence = Ledger.Leaves[Named].Events[0].Sequence;
        Ledger.Events.RemoveAll(stored => stored.Sequence == sequence);

        await IsEventAsync(AuditCode.EventMissing, sequence, Named);
    }

    [Fact]
    public async Task Event_Inserted_IsNamed()
    {
        var stored = Ledger.NewEvent("town/licence/1");

        await IsEventAsync(AuditCode.EventNotLedgered, stored.Sequence, null);
    }

    [Fact]
    public async Task Event_NamedByASecondLeaf_IsNamed()
    {
        var leaf = Ledger.NewEvents(1);
        Ledger.Leaves.Add(Ledger.Sequenced(History.Rehashed(leaf with { Events = [Ledger.Leaves[Named].Events[0]] }, withSequence: true)));
        Ledger.Events.RemoveAt(Ledger.Events.FindIndex(stored => stored.Sequence == leaf.Events[0].Sequence));
        Ledger.Grow(1);

        await IsEventAsync(AuditCode.EventTwice, Ledger.Leaves[Named].Events[0].Sequence, 60);
    }

    [Fact]
    public async Task EventItsNameLeafAndSequence_Edited_IsInTheRangeUpToTheNextHead()
    {
        EditEvent(stored => stored with { Json = Encoding.UTF8.GetBytes("""{"serial":"9"}""") });
        var leaf = Ledger.Leaves[Named];
        var edited = Ledger.Events.Single(stored => stored.Sequence == leaf.Events[0].Sequence);
        Ledger.Leaves[Named] = History.Rehashed(leaf with { Events = [History.Name(edited), .. leaf.Events.Skip(1)] }, withSequence: true);

        await IsInRangeAsync(Named);
    }

    [Fact]
    public async Task Event_InTheTablesTwice_IsNamed()
    {
        Ledger.Events.Insert(5, Ledger.Events[4] with { Json = "{}"u8.ToArray() });

        await IsEventAsync(AuditCode.EventNotLedgered, Ledger.Events[4].Sequence, null);
    }
}
