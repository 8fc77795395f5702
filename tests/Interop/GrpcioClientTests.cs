using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Testing;

namespace DataHub.Interop.Tests;

/// <summary>grpcio, as Debian packages it for Python, as the client of our server.</summary>
public sealed class GrpcioClientTests(OurServers servers) : IClassFixture<OurServers>
{
    private static readonly Lazy<Task<bool>> Installed = new(IsInstalledAsync);

    [Theory]
    [MemberData(nameof(InteropCases.WithoutCompression), MemberType = typeof(InteropCases))]
    public async Task Case_RunByGrpcio_Passes(string name, bool tls)
    {
        Assert.SkipUnless(await Installed.Value, "grpcio is not installed; with Debian: apt-get install python3-grpcio python3-protobuf");
        var descriptors = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(descriptors, Descriptors(), TestContext.Current.CancellationToken);
            await ForeignProcess.RunAsync(ForeignProcess.Python(["cases.py", descriptors, name, .. servers.Target(tls)]));
        }
        finally
        {
            File.Delete(descriptors);
        }
    }

    private static byte[] Descriptors()
    {
        FileDescriptor[] files = [EmptyReflection.Descriptor, MessagesReflection.Descriptor, TestReflection.Descriptor];
        return new FileDescriptorSet { File = { files.Select(file => file.ToProto()) } }.ToByteArray();
    }

    private static async Task<bool> IsInstalledAsync()
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            return false;
        }

        var printed = await ForeignProcess.RunAsync(ForeignProcess.Python(
            "-c", "import importlib.util as u; print(all(u.find_spec(name) for name in ('grpc', 'google', 'google.protobuf')))"));
        return printed.Trim() == "True";
    }
}
