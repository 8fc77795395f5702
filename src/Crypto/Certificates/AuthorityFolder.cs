namespace DataHub.Crypto.Certificates;

/// <summary>The folder of an authority: a private key and a certificate, written once.</summary>
internal static class AuthorityFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Writes both files; refuses before touching anything if one is there.</summary>
    public static void Write(string folder, (string Name, string Pem) key, (string Name, string Pem) certificate)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        var (keyPath, certificatePath) = (Path.Combine(folder, key.Name), Path.Combine(folder, certificate.Name));
        if (File.Exists(keyPath) || File.Exists(certificatePath))
        {
            throw new IOException($"{folder} holds an authority already.");
        }

        PemFile.CreateSecret(keyPath, key.Pem + "\n");
        PemFile.CreatePublic(certificatePath, certificate.Pem + "\n");
    }
}
