using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Prng;

namespace DataHub.Crypto.Sm2;

/// <summary>The operating system's random numbers where Bouncy Castle asks for a generator: a repeated nonce gives the private key away.</summary>
internal sealed class SystemRandom : IRandomGenerator
{
    public void NextBytes(byte[] bytes) => RandomNumberGenerator.Fill(bytes);

    public void NextBytes(byte[] bytes, int start, int len) => RandomNumberGenerator.Fill(bytes.AsSpan(start, len));

    /// <summary>The operating system seeds itself.</summary>
    public void AddSeedMaterial(byte[] seed)
    {
    }

    /// <summary>The operating system seeds itself.</summary>
    public void AddSeedMaterial(long seed)
    {
    }
}
