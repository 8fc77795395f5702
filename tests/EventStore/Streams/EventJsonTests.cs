using System.Text;
using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.EventStore.Tests.Streams;

public sealed class EventJsonTests
{
    private static readonly Arbitrary<string> Texts =
        Gen.Elements("\0", "\ud800", "\ufffd", "\\", "u0000", "\\u0000", "\\uFFFD", "\"", "证", "𠮷", "\n", "a").ListOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void Write_AnyText_IsRefusedExactlyWhenItHoldsNulOrHalfACharacter() => Prop.ForAll(Texts, text =>
    {
        try
        {
            Written(text);
            return !text.AsSpan().ContainsAny('\0', '\ud800');
        }
        catch (FaultException fault)
        {
            return text.AsSpan().ContainsAny('\0', '\ud800') && fault.Code == "EVENT_TEXT";
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() => Prop.ForAll(Texts, text =>
    {
        var clean = text.Replace("\0", "", StringComparison.Ordinal).Replace("\ud800", "", StringComparison.Ordinal);
        return EventJson.Read(Written(clean), typeof(PermitWithdrawn)) is PermitWithdrawn back && back.Reason == clean;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_Enum_IsAnIntegerAndNamesAreAsDeclared() =>
        Assert.Equal("""{"Holder":"证","Level":2,"Kind":1}""", Encoding.UTF8.GetString(EventJson.Write(Event(new PermitGranted("证", 2, PermitKind.Stall)))));

    [Fact]
    public void Write_ExactlyTheLimit_IsAccepted()
    {
        var overhead = Encoding.UTF8.GetByteCount(Written(""));
        Assert.Equal(EventJson.MaxBytes, Written(new string('x', EventJson.MaxBytes - overhead)).Length);
        Assert.Equal("EVENT_TOO_LARGE", Assert.Throws<FaultException>(() => Written(new string('x', EventJson.MaxBytes - overhead + 1))).Code);
    }

    private static string Written(string reason) => Encoding.UTF8.GetString(EventJson.Write(Event(new PermitWithdrawn(reason))));

    private static NewEvent Event(object data) => new() { StreamId = "s/a", StreamType = "permit", ExpectedVersion = 0, Data = data };
}
