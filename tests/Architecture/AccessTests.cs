using System.Reflection;
using DataHub.Kernel.Access;
using DataHub.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace DataHub.Architecture.Tests;

/// <summary>Every method of every service is served by one class, which declares who may call it.</summary>
public sealed class AccessTests
{
    private static readonly ServiceDescriptor[] Services =
        [.. typeof(VerificationService).Assembly.GetTypes().Concat(Source.Assembly("Host").GetTypes()).Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>()
            .SelectMany(file => file.Services)];

    private static readonly Type[] Implementations =
        [.. Source.Rooms.Select(Source.Assembly).SelectMany(room => room.GetTypes()).Where(type => !type.IsAbstract && IsService(type.BaseType))];

    public static TheoryData<string> Methods => [.. Services.SelectMany(service => service.Methods).Select(method => method.FullName)];

    [Fact]
    public void Services_OfTheContract_AreAllServedOnce() => Assert.Equal(
        Services.Select(service => service.Name + "Base").Order(), Implementations.Select(type => type.BaseType!.Name).Order());

    [Theory]
    [MemberData(nameof(Methods))]
    public void Method_OfAService_DeclaresWhoMayCallIt(string name)
    {
        var method = Services.SelectMany(service => service.Methods).Single(method => method.FullName == name);
        var implementation = Implementations.Single(type => type.BaseType!.Name == method.Service.Name + "Base");
        var served = implementation.GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        Assert.True(served is not null, $"{implementation.Name} does not serve {method.Name}.");
        Assert.NotNull(served.GetCustomAttribute<AllowRolesAttribute>());
    }

    [Fact]
    public void Methods_OpenToStrangers_AreThoseOfEnrolment() => Assert.Equal(
        ["Enrol", "GetRoots"],
        Implementations.SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<AllowStrangersAttribute>() is not null).Select(method => method.Name).Order());

    private static bool IsService(Type? type) => type?.GetCustomAttribute<BindServiceMethodAttribute>() is not null;
}
