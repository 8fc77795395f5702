namespace DataHub.KilledHub;

/// <summary>Lets a test find this program's file.</summary>
public static class KilledHubMarker;
