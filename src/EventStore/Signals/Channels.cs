namespace DataHub.EventStore.Signals;

/// <summary>What nodes tell each other through PostgreSQL, one database to itself.</summary>
internal static class Channels
{
    /// <summary>Something was appended.</summary>
    internal const string Events = "datahub_events";

    /// <summary>Keys were destroyed.</summary>
    internal const string Keys = "datahub_keys";

    internal const string NotifyEvents = "notify datahub_events";

    internal const string NotifyKeys = "notify datahub_keys";
}
