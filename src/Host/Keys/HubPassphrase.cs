using System.Security.Cryptography;
using DataHub.Crypto.Sealing;

namespace DataHub.Host.Keys;

/// <summary>The passphrase of every private key in a data folder: given from outside in <c>DATAHUB_KEY_PASSPHRASE</c>, or made once and kept in <c>keys/passphrase</c>.</summary>
internal static class HubPassphrase
{
    // Where the passphrase is given from outside, none is written beside the keys.
    private static string? Given => Environment.GetEnvironmentVariable("DATAHUB_KEY_PASSPHRASE") is { Length: > 0 } given ? given : null;

    /// <summary>The passphrase of a folder whose sealing keys are made.</summary>
    public static string Read(HubFolder folder) => Given ?? File.ReadAllText(FileIn(folder.Keys));

    /// <summary>Makes the sealing keys, and a passphrase unless one is given.</summary>
    public static void MakeKeys(string folder)
    {
        KeyRing.Create(folder);
        if (Given is not null)
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var writer = new StreamWriter(FileIn(folder), options);
        writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));
    }

    private static string FileIn(string folder) => Path.Combine(folder, "passphrase");
}
