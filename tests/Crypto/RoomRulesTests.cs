using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using DataHub.Crypto.Sealing;

namespace DataHub.Crypto.Tests;

/// <summary>What other rooms may rely on about this one.</summary>
public sealed class RoomRulesTests
{
    // Signing, hashing, the curve and its numbers; nothing that parses.
    private static readonly string[] AllowedBouncyCastle =
    [
        "Org.BouncyCastle.Asn1.X9.X9ECParameters",
        "Org.BouncyCastle.Crypto.AsymmetricCipherKeyPair",
        "Org.BouncyCastle.Crypto.AsymmetricKeyParameter",
        "Org.BouncyCastle.Crypto.Digests.SM3Digest",
        "Org.BouncyCastle.Crypto.Digests.GeneralDigest",
        "Org.BouncyCastle.Crypto.EC.CustomNamedCurves",
        "Org.BouncyCastle.Crypto.ICipherParameters",
        "Org.BouncyCastle.Crypto.Parameters.ECDomainParameters",
        "Org.BouncyCastle.Crypto.Parameters.ECPrivateKeyParameters",
        "Org.BouncyCastle.Crypto.Parameters.ECPublicKeyParameters",
        "Org.BouncyCastle.Crypto.Parameters.ParametersWithID",
        "Org.BouncyCastle.Crypto.Parameters.ParametersWithRandom",
        "Org.BouncyCastle.Crypto.Prng.IRandomGenerator",
        "Org.BouncyCastle.Crypto.Signers.SM2Signer",
        "Org.BouncyCastle.Math.BigInteger",
        "Org.BouncyCastle.Math.EC.ECCurve",
        "Org.BouncyCastle.Math.EC.ECPoint",
        "Org.BouncyCastle.Security.SecureRandom",
    ];

    private static readonly Assembly Room = typeof(KeyRing).Assembly;

    [Fact]
    public void PublicSignatures_NameNoBouncyCastleType()
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var named = Room.GetExportedTypes()
            .SelectMany(type => type.GetMembers(Declared).Where(IsVisible).SelectMany(TypesOf)
                .Append(type.BaseType).Concat(type.GetInterfaces()))
            .Where(type => type is not null).ToList();

        Assert.Contains(typeof(byte[]), named);
        Assert.DoesNotContain(named, type => type!.ToString().Contains("Org.BouncyCastle", StringComparison.Ordinal));
    }

    [Fact]
    public void BouncyCastle_OnlyTheAllowedTypesAreUsed()
    {
        using var file = new PEReader(File.OpenRead(Room.Location));
        var metadata = file.GetMetadataReader();
        var used = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .Where(name => name.StartsWith("Org.BouncyCastle", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(used);
        Assert.Empty(used.Except(AllowedBouncyCastle));
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    };

    private static IEnumerable<Type?> TypesOf(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        MethodBase constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        _ => [],
    };
}
