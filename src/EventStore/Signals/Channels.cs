namespace DataHub.EventStore.Signals;

/// <summary>What nodes tell each other through PostgreSQL.</summary>
internal static class Channels
{
    /// <summary>Something was appended.</summary>
    internal const string Events = "datahub_events";

    internal const string NotifyEvents = "notify datahub_events";
}
