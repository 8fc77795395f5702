using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Turns what HTTP knows of a request into what gRPC shows.</summary>
internal static class RequestMetadata
{
    private const string SubjectAlternativeName = "x509_subject_alternative_name";
    private const string CommonName = "x509_common_name";

    /// <summary>Headers that are metadata. Headers that metadata can't hold are left to <see cref="HttpContext"/>.</summary>
    /// <exception cref="RpcException">A binary header is not base64: INTERNAL.</exception>
    public static Metadata FromHeaders(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            MetadataHeaders.AddReceived(metadata, name, (IEnumerable<string?>)values);
        }

        return metadata;
    }

    public static void Append(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata.Where(entry => !Wire.IsReserved(entry.Key)))
        {
            headers[entry.Key] = StringValues.Concat(headers[entry.Key], MetadataHeaders.Text(entry));
        }
    }

    /// <summary>Address of the peer as gRPC writes it: <c>ipv4:a.b.c.d:port</c>, <c>ipv6:[a::b]:port</c>, <c>unknown</c> without IP.</summary>
    public static string Peer(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } mapped => $"ipv4:{mapped.MapToIPv4()}:{connection.RemotePort}",
        { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:{new IPEndPoint(address, connection.RemotePort)}",
        var address => $"ipv4:{address}:{connection.RemotePort}",
    };

    /// <summary>Names of the client certificate: its DNS names where it has some, else its common name, name the peer.</summary>
    public static AuthContext Identity(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (certificate is null)
        {
            return new AuthContext(peerIdentityPropertyName: null, properties);
        }

        var dnsNames = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames());
        Keep(properties, SubjectAlternativeName, dnsNames);
        Keep(properties, CommonName, [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]);
        return new AuthContext(properties.ContainsKey(SubjectAlternativeName) ? SubjectAlternativeName : CommonName, properties);
    }

    private static void Keep(Dictionary<string, List<AuthProperty>> properties, string name, IEnumerable<string> values)
    {
        var list = values.Select(value => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value))).ToList();
        if (list.Count > 0)
        {
            properties[name] = list;
        }
    }
}
