using DataHub.Crypto.Sealing;

namespace DataHub.EventStore.Tests.Support;

/// <summary>Key files as an administrator copies them from node to node.</summary>
internal static class KeyFolder
{
    /// <summary>The same keys in a folder of a node of its own, without its journal.</summary>
    public static KeyRing CopyOf(KeyRing ring)
    {
        var folder = Directory.CreateDirectory($"{ring.Folder}-{Guid.NewGuid():N}").FullName; // Beside the run's own, and removed with them.
        CopyFiles(ring.Folder, folder);
        return KeyRing.Read(folder);
    }

    public static void CopyFiles(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*.key"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
